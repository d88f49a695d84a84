package natsbridge

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/nats-io/nats.go"

	"github.com/signalgen/signalgen/bridge"
)

// The headers are those of the CloudEvents binding for NATS in binary mode: each
// attribute under its name with ce- in front.
const attribute = "ce-"

// header returns the headers of an envelope.
func header(e *bridge.Envelope) nats.Header {
	h := make(nats.Header, 12+len(e.Extensions))
	set := func(name, value string) {
		if value != "" {
			h[name] = []string{escapeValue(value)}
		}
	}
	for name, value := range e.Extensions {
		set(attribute+name, value)
	}
	set("ce-specversion", "1.0")
	set("ce-id", e.ID)
	set("ce-source", e.Source)
	set("ce-type", e.Type)
	if !e.Time.IsZero() {
		set("ce-time", e.Time.Format(time.RFC3339Nano))
	}
	set("ce-datacontenttype", e.ContentType)
	set("ce-partitionkey", e.Key)
	set("ce-traceparent", e.TraceParent)
	set("ce-tracestate", e.TraceState)
	// Tracers look for these under W3C's own names.
	set("traceparent", e.TraceParent)
	set("tracestate", e.TraceState)
	return h
}

// envelope reads what header has written, or another producer of CloudEvents.
// The error says which attribute is missing or cannot be read.
func envelope(m *nats.Msg) (*bridge.Envelope, error) {
	e := &bridge.Envelope{Data: m.Data}
	var version, at string
	known := map[string]*string{
		"specversion":     &version,
		"id":              &e.ID,
		"source":          &e.Source,
		"type":            &e.Type,
		"time":            &at,
		"datacontenttype": &e.ContentType,
		"partitionkey":    &e.Key,
		"traceparent":     &e.TraceParent,
		"tracestate":      &e.TraceState,
	}
	for name, values := range m.Header {
		if err := read(e, known, strings.ToLower(name), values); err != nil {
			return nil, err
		}
	}
	return e, complete(e, version, at)
}

// read takes one header over, if it is one of an attribute.
func read(e *bridge.Envelope, known map[string]*string, name string, values []string) error {
	name, ok := strings.CutPrefix(name, attribute)
	if !ok || len(values) == 0 {
		return nil
	}
	value, err := unescapeValue(values[0])
	if err != nil {
		return fmt.Errorf("header ce-%s: %w", name, err)
	}
	if to := known[name]; to != nil {
		*to = value
		return nil
	}
	if e.Extensions == nil {
		e.Extensions = make(map[string]string)
	}
	e.Extensions[name] = value
	return nil
}

// complete looks whether an event has what every event must have.
func complete(e *bridge.Envelope, version, at string) error {
	for _, required := range []struct{ name, value string }{
		{"specversion", version},
		{"id", e.ID},
		{"source", e.Source},
		{"type", e.Type},
	} {
		if required.value == "" {
			return fmt.Errorf("no header ce-%s, which every CloudEvent has", required.name)
		}
	}
	if !strings.HasPrefix(version, "1.") {
		return fmt.Errorf("ce-specversion is %q, want 1.0", version)
	}
	if at == "" {
		return nil
	}
	t, err := time.Parse(time.RFC3339Nano, at)
	if err != nil {
		return fmt.Errorf("ce-time: %w", err)
	}
	e.Time = t
	return nil
}

// escapeValue writes a value with nothing in it but what a header may hold.
func escapeValue(value string) string {
	if strings.IndexFunc(value, needsEscape) < 0 {
		return value
	}
	var b strings.Builder
	for i := range len(value) {
		if c := value[i]; needsEscape(rune(c)) {
			fmt.Fprintf(&b, "%%%02X", c)
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}

func needsEscape(c rune) bool { return c <= ' ' || c == '"' || c == '%' || c >= 0x7F }

// unescapeValue reads a value, which older producers may have put in quotes.
func unescapeValue(value string) (string, error) {
	if len(value) > 1 && value[0] == '"' && value[len(value)-1] == '"' {
		value = unquote(value[1 : len(value)-1])
	}
	if strings.IndexByte(value, '%') < 0 {
		return value, nil
	}
	value, err := url.PathUnescape(value)
	if err != nil {
		return "", err
	}
	if !utf8.ValidString(value) {
		return "", errors.New("what is percent-encoded is no UTF-8")
	}
	return value, nil
}

func unquote(value string) string {
	var b strings.Builder
	escaped := false
	for _, c := range []byte(value) {
		if c == '\\' && !escaped {
			escaped = true
			continue
		}
		escaped = false
		b.WriteByte(c)
	}
	return b.String()
}
