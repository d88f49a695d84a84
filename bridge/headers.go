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

// Headers returns an iterator over the attributes of an envelope as headers, in the form
// of the binary mode of CloudEvents 1.0. Names are in lower case and begin with ce-.
// Values are US-ASCII; everything else, spaces, quotes and percent signs are
// percent-encoded. Empty attributes are left out, and so is an extension whose name no
// header can have or another attribute has.
//
// The type of the data comes twice, as ce-datacontenttype and as content-type, because
// the bindings of CloudEvents differ. So does the trace: as an attribute, and under the
// names of W3C, which tracers look for.
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
// case; headers that are not attributes are ignored. It reads what other producers of
// CloudEvents write: values in quotes, and the content type and the trace under either of
// their names.
//
// An error names the attribute that is missing or cannot be read. It is [Poison].
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

// What headers are called.
const (
	attribute   = "ce-"
	contentType = "content-type"
	traceParent = "traceparent"
	traceState  = "tracestate"
)

const specVersion = "1.0"

// attributes returns an iterator over the attributes by the names of their headers, in a
// fixed order. An extension that cannot be a header is left out.
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

// reader reads the headers of one envelope.
type reader struct {
	envelope *Envelope
	version  string
	plain    struct{ contentType, traceParent, traceState string } // what has two names, under the one without ce-
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
			return fmt.Errorf("header ce-time: found %q, wanted a time as RFC 3339 writes it", value)
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

// complete fills in what was found under the other name only, and reports required
// attributes that are missing.
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
			missing = append(missing, fmt.Errorf("no header ce-%s, which every event has", required.name))
		}
	}
	if r.version != "" && !strings.HasPrefix(r.version, "1.") {
		missing = append(missing, fmt.Errorf("header ce-specversion: found %q, wanted %s", r.version, specVersion))
	}
	return errors.Join(missing...)
}
