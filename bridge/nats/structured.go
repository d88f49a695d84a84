package natsbridge

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strings"

	"github.com/nats-io/nats.go"

	"github.com/signalgen/signalgen/bridge"
)

// parseEnvelope parses a message, whoever has published it: an event in binary mode, whose
// attributes are headers, or in structured mode, which is one JSON object.
func parseEnvelope(h nats.Header, data []byte) (*bridge.Envelope, error) {
	if isStructured(h, data) {
		return structured(data)
	}
	return bridge.ParseHeaders(func(yield func(name, value string) bool) {
		for name, values := range h {
			if len(values) > 0 && !yield(name, values[0]) {
				return
			}
		}
	}, data)
}

// isStructured reports whether a message is an event in structured mode: its content type
// says so, or it has no header of an event and its data look like one. The CloudEvents
// binding for NATS had no headers at first.
func isStructured(h nats.Header, data []byte) bool {
	binary, contentType := false, ""
	for name, values := range h {
		switch name = strings.ToLower(name); {
		case name == "ce-specversion":
			binary = true
		case name == "content-type" && len(values) > 0:
			contentType = values[0]
		}
	}
	if binary || strings.HasPrefix(contentType, "application/cloudevents+json") {
		return !binary
	}
	var event struct {
		Version string `json:"specversion"`
	}
	return len(data) > 0 && data[0] == '{' && json.Unmarshal(data, &event) == nil && event.Version != ""
}

// structured parses an event in the JSON format of CloudEvents 1.0.
func structured(data []byte) (*bridge.Envelope, error) {
	var members map[string]json.RawMessage
	if err := json.Unmarshal(data, &members); err != nil {
		return nil, bridge.Poison(fmt.Errorf("event in structured mode: %w", err))
	}
	content, err := contentOf(members)
	if err != nil {
		return nil, bridge.Poison(err)
	}
	return bridge.ParseHeaders(func(yield func(name, value string) bool) {
		for name, value := range members {
			if name == "data" || name == "data_base64" || string(value) == "null" {
				continue
			}
			var text string
			if json.Unmarshal(value, &text) != nil {
				text = string(value) // a number or a boolean, as in a header
			}
			if !yield("ce-"+name, url.PathEscape(text)) {
				return
			}
		}
	}, content)
}

// contentOf returns the data of an event: decoded from base64, as JSON, or the text of a
// JSON string if its content type is not JSON.
func contentOf(members map[string]json.RawMessage) (content []byte, err error) {
	if raw, ok := members["data_base64"]; ok {
		err = json.Unmarshal(raw, &content)
	} else if raw := members["data"]; raw != nil {
		var contentType, text string
		_ = json.Unmarshal(members["datacontenttype"], &contentType) // if it is not a string, there is none
		if contentType == "" || strings.Contains(contentType, "json") || json.Unmarshal(raw, &text) != nil {
			return raw, nil
		}
		content = []byte(text)
	}
	if err != nil {
		err = fmt.Errorf("data of an event in structured mode: %w", err)
	}
	return content, err
}
