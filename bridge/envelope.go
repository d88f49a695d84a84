package bridge

import (
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"
)

// An Envelope is one send on its way between processes: an event of CloudEvents 1.0.
type Envelope struct {
	ID          string    // unique among those of the source
	Source      string    // who published it, a URI reference
	Type        string    // the signal's stable name
	Time        time.Time // when it was sent
	ContentType string    // of the data, such as application/json
	DataSchema  string    // the shape of the data, a URI; "" for none (dataschema)
	Subject     string    // what the event is about, such as an order's number; "" for none
	Key         string    // what [KeyBy] returns, or the sender; "" for neither (partitionkey)
	TraceParent string    // W3C trace context; "" for none
	TraceState  string    // W3C trace context; "" for none
	Data        []byte

	// Extensions are further attributes, by name. nil for none.
	Extensions map[string]string
}

// checkAttributes returns an error for attributes that receivers could not parse.
func checkAttributes(e *Envelope) error {
	for _, a := range [...]struct{ name, value string }{
		{"id", e.ID},
		{"source", e.Source},
		{"type", e.Type},
		{"datacontenttype", e.ContentType},
		{"dataschema", e.DataSchema},
		{"subject", e.Subject},
		{"partitionkey", e.Key},
		{traceParent, e.TraceParent},
		{traceState, e.TraceState},
	} {
		if err := checkText(a.name, a.value); err != nil {
			return err
		}
	}
	for name, value := range e.Extensions {
		if err := errors.Join(checkExtension(name), checkText(name, value)); err != nil {
			return err
		}
	}
	return nil
}

func checkText(name, value string) error {
	if !utf8.ValidString(value) {
		return fmt.Errorf("found %s %q, wanted UTF-8", name, value)
	}
	return nil
}

// checkExtension returns an error for a name that CloudEvents do not allow for an
// extension, or that is another attribute.
func checkExtension(name string) error {
	if name == "" || strings.Trim(name, "abcdefghijklmnopqrstuvwxyz0123456789") != "" {
		return fmt.Errorf("found an extension called %q, wanted lower-case letters and digits", name)
	}
	if isAttribute(name) {
		return fmt.Errorf("found an extension called %q, which is an attribute", name)
	}
	return nil
}

// isAttribute reports whether an envelope has a field for the attribute.
func isAttribute(name string) bool {
	switch name {
	case "specversion", "id", "source", "type", "time", "datacontenttype", "dataschema", "subject", "partitionkey", traceParent, traceState:
		return true
	}
	return false
}
