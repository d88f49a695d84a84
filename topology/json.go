package topology

import (
	"encoding/json"
	"fmt"
	"io"
)

// Version is the version of the format that [JSON] writes. It changes when a field is
// removed or changes its meaning, but not when a field is added.
const Version = 1

// document is a model with the version of its format.
type document struct {
	Version int `json:"version"`
	*Model
}

// JSON writes the model as one JSON object: the fields of [Model], and "version".
func JSON(w io.Writer, m *Model) error {
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "\t")
	encoder.SetEscapeHTML(false)
	return encoder.Encode(document{Version, m})
}

// ReadJSON reads a model that [JSON] has written. It returns an error for another
// [Version].
func ReadJSON(r io.Reader) (*Model, error) {
	d := document{Model: new(Model)}
	if err := json.NewDecoder(r).Decode(&d); err != nil {
		return nil, fmt.Errorf("reading a model: %w", err)
	}
	if d.Version != Version {
		return nil, fmt.Errorf("found a model of version %d, wanted %d", d.Version, Version)
	}
	return d.Model, nil
}
