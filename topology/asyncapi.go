package topology

import (
	"encoding/json"
	"io"
	"path"
	"slices"
	"strings"
)

// AsyncAPI writes an AsyncAPI 3.0 document, in JSON, of the signals that are bridged or
// have a name in their directive. It tells programs in other languages what they can
// send and receive.
//
// A signal is a channel whose address is the stable name. A signal that is published
// has an operation that sends, and one that is received or served has an operation that
// receives. A signal that is named but not bridged has the operations of its sends and
// receivers in the program. Tests do not count.
//
// The payload of a message is what encoding/json writes for the types in m.Types. A
// field is required unless it has omitempty or omitzero or is a pointer. The constants
// of a type are its enum if they are strings or integers without a gap. Doc comments
// are descriptions. The version of the document is (devel), since source has no
// version.
func AsyncAPI(w io.Writer, m *Model) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(newAPIDocument(m))
}

// The parts of a document. Each has only the fields that are filled in.
type (
	apiDocument struct {
		AsyncAPI           string                  `json:"asyncapi"`
		Info               apiInfo                 `json:"info"`
		DefaultContentType string                  `json:"defaultContentType"`
		Channels           map[string]apiChannel   `json:"channels"`
		Operations         map[string]apiOperation `json:"operations"`
		Components         apiComponents           `json:"components"`
	}

	apiInfo struct {
		Title   string `json:"title"`
		Version string `json:"version"`
	}

	apiChannel struct {
		Address     string                `json:"address"`
		Description string                `json:"description,omitempty"`
		Messages    map[string]apiMessage `json:"messages"`
	}

	apiMessage struct {
		Name    string  `json:"name"`
		Headers *schema `json:"headers,omitempty"`
		Payload *schema `json:"payload"`
	}

	apiOperation struct {
		Action      action      `json:"action"`
		Description string      `json:"description,omitempty"`
		Channel     reference   `json:"channel"`
		Messages    []reference `json:"messages"`
	}

	apiComponents struct {
		Schemas map[string]*schema `json:"schemas"`
	}

	reference struct {
		Ref string `json:"$ref"`
	}
)

func newAPIDocument(m *Model) apiDocument {
	exchanges := exchangesOf(m)
	schemas := schemasOf(m.Types, exchanges)
	d := apiDocument{
		AsyncAPI:           "3.0.0",
		Info:               apiInfo{Title: titleOf(m), Version: "(devel)"},
		DefaultContentType: "application/json",
		Channels:           make(map[string]apiChannel),
		Operations:         make(map[string]apiOperation),
		Components:         apiComponents{Schemas: schemas.all()},
	}
	var names []string
	for _, x := range exchanges {
		names = append(names, x.name)
	}
	keys := keysOf(names, keyOf)
	for _, x := range exchanges {
		d.add(keys[x.name], x, schemas)
	}
	return d
}

// add adds the channel of an exchange and its operations.
func (d *apiDocument) add(key string, x *exchange, schemas *schemas) {
	c := apiChannel{Address: x.name, Description: markdown(x.doc), Messages: make(map[string]apiMessage)}
	keys := keysOf(x.carries, shortKey)
	for _, name := range x.carries {
		c.Messages[keys[name]] = apiMessage{Name: x.name, Headers: schemas.headers(x), Payload: schemas.of(name)}
	}
	d.Channels[key] = c
	of := reference{"#/channels/" + key}
	for a, places := range x.places {
		o := apiOperation{Action: a, Description: x.describe(a), Channel: of}
		for _, name := range x.carries {
			if slices.ContainsFunc(places, func(p place) bool { return p.carries == name }) {
				o.Messages = append(o.Messages, reference{of.Ref + "/messages/" + keys[name]})
			}
		}
		d.Operations[key+"."+string(a)] = o
	}
}

// titleOf returns the import path of the program, or the common prefix of all packages.
func titleOf(m *Model) string {
	var paths []string
	for _, p := range m.Programs {
		if p.Path != "" {
			paths = append(paths, p.Path)
		} else {
			paths = append(paths, p.Packages...)
		}
	}
	if len(paths) == 0 {
		return "signals"
	}
	title := paths[0]
	for _, p := range paths {
		for title != "." && !strings.HasPrefix(p+"/", title+"/") {
			title = path.Dir(title)
		}
	}
	if title == "." {
		return "signals"
	}
	return title
}
