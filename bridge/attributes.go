package bridge

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// checkAttributes reports attributes that receivers could not read.
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

// checkExtension reports a name that CloudEvents does not allow for an extension, or that
// would be read as another attribute.
func checkExtension(name string) error {
	if name == "" || strings.Trim(name, "abcdefghijklmnopqrstuvwxyz0123456789") != "" {
		return fmt.Errorf("found an extension called %q, wanted small letters and digits", name)
	}
	if isAttribute(name) {
		return fmt.Errorf("found an extension called %q, which is an attribute", name)
	}
	return nil
}

// isAttribute reports whether an envelope has a field of its own for what is called so.
func isAttribute(name string) bool {
	switch name {
	case "specversion", "id", "source", "type", "time", "datacontenttype", "dataschema", "subject", "partitionkey", traceParent, traceState:
		return true
	}
	return false
}
