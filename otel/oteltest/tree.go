package oteltest

import (
	"cmp"
	"path"
	"slices"
	"strings"

	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
)

// Tree shows spans as a tree, one per line, in the order in which they began:
//
//	send order.placed
//	  process order.placed by mail.Confirm
//	  process order.placed by audit.Book, failed: no ink
//	  ~ process order.placed by labels.Print
//
// Below a span are its children and, marked by ~, the roots of other traces that link
// to it. After the name come the receiver, the service if it is not that of the span
// above, and the recorded errors. A span whose parent is not among spans is shown as a
// root.
func Tree(spans []Span) string {
	t := tree{below: make(map[string][]Span)}
	known := make(map[string]bool)
	for _, s := range spans {
		known[s.ID] = true
	}
	spans = slices.SortedStableFunc(slices.Values(spans), func(a, b Span) int { return a.Start.Compare(b.Start) })
	for _, s := range spans {
		above := cmp.Or(s.Parent, cmp.Or(s.Links...))
		if !known[above] {
			above = ""
		}
		t.below[above] = append(t.below[above], s)
	}
	t.write("", "", "")
	return t.text.String()
}

// tree is a tree while it is written.
type tree struct {
	below map[string][]Span // by the id of the span above; "" for none
	text  strings.Builder
}

// write writes the spans below a span.
func (t *tree) write(above, service, indent string) {
	for _, s := range t.below[above] {
		t.text.WriteString(indent)
		if s.Parent == "" && above != "" {
			t.text.WriteString("~ ")
		}
		t.text.WriteString(line(s, service) + "\n")
		t.write(s.ID, s.Service, indent+"  ")
	}
}

// line returns the line of a span below one of the service.
func line(s Span, service string) string {
	text := s.Name
	if receiver := s.Attributes[string(semconv.MessagingDestinationSubscriptionNameKey)]; receiver != "" {
		text += " by " + path.Base(receiver)
	}
	if s.Service != service && !strings.HasPrefix(s.Service, "unknown_service") {
		text += " in " + s.Service
	}
	if s.Failed {
		text += ", failed"
	}
	if len(s.Exceptions) > 0 {
		text += ": " + strings.Join(s.Exceptions, "; ")
	}
	return text
}
