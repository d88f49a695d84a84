package bridge

import (
	"cmp"
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"
	"time"
)

// Headers returns an iterator over the attributes of an envelope as headers in the binary
// mode of CloudEvents 1.0. Names are in lower case and begin with ce-. Values are
// US-ASCII; other characters, spaces, double quotes and percent signs are percent-encoded.
// Empty attributes are left out, and so are extensions whose name is no header name or
// that of another attribute.
//
// The content type has two headers, ce-datacontenttype and content-type, because the
// bindings of CloudEvents differ. The trace context has two as well: its attributes, and
// the names of W3C, which tracers look for.
func (e *Envelope) Headers() iter.Seq2[string, string] {
	return func(yield func(name, value string) bool) {
		for name, value := range e.attributes() {
			if value != "" && !yield(name, encoded(value)) {
				return
			}
		}
		for _, h := range [...]struct{ name, value string }{
			{contentType, e.ContentType}, {traceParent, e.TraceParent}, {traceState, e.TraceState},
		} {
			if h.value != "" && isPlain(h.value) && !yield(h.name, h.value) {
				return
			}
		}
	}
}

// ParseHeaders returns the envelope with the given headers and data. Names may be in any
// case; headers that are not attributes are ignored. It accepts what other producers of
// CloudEvents write: values in double quotes, and either name of the content type and of
// the trace context.
//
// An error names the attribute that is missing or malformed. It is [Poison].
func ParseHeaders(headers iter.Seq2[string, string], data []byte) (*Envelope, error) {
	e := &Envelope{Data: data}
	r := reader{envelope: e}
	for name, value := range headers {
		if err := r.read(strings.ToLower(name), value); err != nil {
			return nil, Poison(err)
		}
	}
	if err := r.complete(); err != nil {
		return nil, Poison(err)
	}
	return e, nil
}

// The names of headers.
const (
	attribute   = "ce-"
	contentType = "content-type"
	traceParent = "traceparent"
	traceState  = "tracestate"
)

const specVersion = "1.0"

// attributes returns an iterator over the attributes, by the names of their headers, in a
// fixed order. It leaves out extensions that cannot be headers.
func (e *Envelope) attributes() iter.Seq2[string, string] {
	return func(yield func(name, value string) bool) {
		at := ""
		if !e.Time.IsZero() {
			at = e.Time.Format(time.RFC3339Nano)
		}
		for _, a := range [...]struct{ name, value string }{
			{attribute + "specversion", specVersion},
			{attribute + "id", e.ID},
			{attribute + "source", e.Source},
			{attribute + "type", e.Type},
			{attribute + "time", at},
			{attribute + "datacontenttype", e.ContentType},
			{attribute + "dataschema", e.DataSchema},
			{attribute + "subject", e.Subject},
			{attribute + "partitionkey", e.Key},
			{attribute + traceParent, e.TraceParent},
			{attribute + traceState, e.TraceState},
		} {
			if !yield(a.name, a.value) {
				return
			}
		}
		for _, name := range slices.Sorted(maps.Keys(e.Extensions)) {
			if isToken(name) && !isAttribute(strings.ToLower(name)) && !yield(attribute+name, e.Extensions[name]) {
				return
			}
		}
	}
}

// A reader parses the headers of one envelope.
type reader struct {
	envelope *Envelope
	version  string
	plain    struct{ contentType, traceParent, traceState string } // of what has two names, those without ce-
}

func (r *reader) read(header, value string) error {
	switch header {
	case contentType:
		r.plain.contentType = value
	case traceParent:
		r.plain.traceParent = value
	case traceState:
		r.plain.traceState = value
	}
	name, ok := strings.CutPrefix(header, attribute)
	if !ok {
		return nil
	}
	value, err := decoded(value)
	if err != nil {
		return fmt.Errorf("header %s: %w", header, err)
	}
	return r.set(name, value)
}

// set sets the attribute called name.
func (r *reader) set(name, value string) (err error) {
	e := r.envelope
	switch name {
	case "specversion":
		r.version = value
	case "id":
		e.ID = value
	case "source":
		e.Source = value
	case "type":
		e.Type = value
	case "time":
		e.Time, err = time.Parse(time.RFC3339Nano, value)
		if err != nil {
			return fmt.Errorf("header ce-time: found %q, wanted a time in the format of RFC 3339", value)
		}
	case "datacontenttype":
		e.ContentType = value
	case "dataschema":
		e.DataSchema = value
	case "subject":
		e.Subject = value
	case "partitionkey":
		e.Key = value
	case traceParent:
		e.TraceParent = value
	case traceState:
		e.TraceState = value
	default:
		if e.Extensions == nil {
			e.Extensions = make(map[string]string)
		}
		e.Extensions[name] = value
	}
	return nil
}

// complete uses the headers without ce- for attributes that have no other, and reports
// required attributes that are missing.
func (r *reader) complete() error {
	e := r.envelope
	e.ContentType = cmp.Or(e.ContentType, r.plain.contentType)
	e.TraceParent = cmp.Or(e.TraceParent, r.plain.traceParent)
	e.TraceState = cmp.Or(e.TraceState, r.plain.traceState)
	var missing []error
	for _, required := range [...]struct{ name, value string }{
		{"specversion", r.version}, {"id", e.ID}, {"source", e.Source}, {"type", e.Type},
	} {
		if required.value == "" {
			missing = append(missing, fmt.Errorf("no header ce-%s, which CloudEvents require", required.name))
		}
	}
	if r.version != "" && !strings.HasPrefix(r.version, "1.") {
		missing = append(missing, fmt.Errorf("header ce-specversion: found %q, wanted %s", r.version, specVersion))
	}
	return errors.Join(missing...)
}
