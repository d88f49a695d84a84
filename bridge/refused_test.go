package bridge_test

import (
	"context"
	"reflect"
	"strings"
	"testing"
	"time"

	. "github.com/signalgen/signalgen/bridge"
	"github.com/signalgen/signalgen/internal/kinds"
)

// refused sends on a signal that a bridge publishes, and checks that nothing goes to
// the transport and the error says why.
func refused(t *testing.T, want string, opt Option, opts ...PublishOption) {
	t.Helper()
	transport := stuck{func(context.Context) error { t.Errorf("published, want %s", want); return nil }}
	var s kinds.StartedSignal
	Publish(New(transport, opt), &s, opts...)
	if err := s.Send(t.Context(), kinds.Started{}); err == nil || !strings.Contains(err.Error(), "not published: "+want) {
		t.Errorf("got %v, want %s", err, want)
	}
}

// injecting changes what is about to be published.
func injecting(inject func(e *Envelope)) Option {
	return Propagate(func(_ context.Context, e *Envelope) { inject(e) }, nil)
}

// What no receiver could read is not published: attributes are text.
func TestPublishWhatIsNotUTF8(t *testing.T) {
	refused(t, `found partitionkey "\xff\xfe", wanted UTF-8`, Source(""), KeyBy(func(kinds.Started) string { return "\xff\xfe" }))
	refused(t, `found source "/\xff", wanted UTF-8`, Source("/\xff"))
	refused(t, `found datacontenttype "\xff", wanted UTF-8`, WithCodec(typed{JSON, "\xff"}))
	for want, inject := range map[string]func(e *Envelope){
		`found traceparent "\xff"`: func(e *Envelope) { e.TraceParent = "\xff" },
		`found tracestate "\xff"`:  func(e *Envelope) { e.TraceState = "\xff" },
		`found tenant "\xff"`:      func(e *Envelope) { e.Extensions = map[string]string{"tenant": "\xff"} },
	} {
		refused(t, want, injecting(inject))
	}
}

// typed calls what it encodes by a type of its own.
type typed struct {
	Codec
	contentType string
}

func (c typed) Encode(args any) ([]byte, string, error) {
	data, _, err := c.Codec.Encode(args)
	return data, c.contentType, err
}

// An extension cannot take the place of an attribute, each of which has a header.
func TestPublishExtensionCalledAsAnAttribute(t *testing.T) {
	every := &Envelope{
		ID: "1", Source: "/", Type: "t", Time: time.Unix(7, 0), ContentType: "a/b", Key: "k", TraceParent: "p", TraceState: "s",
	}
	names := 0
	for header := range every.Headers() {
		name, ok := strings.CutPrefix(header, "ce-")
		if !ok {
			continue
		}
		names++
		refused(t, `found an extension called "`+name+`", which is an attribute`,
			injecting(func(e *Envelope) { e.Extensions = map[string]string{name: "x"} }))
		// A transport may be handed one all the same.
		with := *every
		with.Extensions = map[string]string{name: "x", strings.ToUpper(name): "x"}
		if got, err := ParseHeaders(with.Headers(), nil); err != nil || !reflect.DeepEqual(got, parsed(t, every)) {
			t.Errorf("with an extension called %q: %+v, %v", name, got, err)
		}
	}
	if names != 9 {
		t.Errorf("%d attributes, want 9", names)
	}
}

// parsed returns what is read of an envelope.
func parsed(t *testing.T, e *Envelope) *Envelope {
	t.Helper()
	got, err := ParseHeaders(e.Headers(), nil)
	if err != nil {
		t.Fatal(err)
	}
	return got
}
