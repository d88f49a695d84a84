package bridge

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"reflect"
	"time"

	"github.com/signalgen/signalgen/runtime"
)

// Publish publishes every send of s in this process, until the [runtime.Connection] that
// it returns is disconnected or the bridge is closed.
//
// A send is published before its receivers in this process are called, and so before one
// of them can refuse it. It goes on when the transport has stored it. If the transport
// fails, the send gets a [*runtime.ReceiverError]: Send and Each stop with it, SendRobust
// and SendConcurrent continue and join it to the others. While the broker cannot be
// reached the sender waits, until its ctx is done or [Timeout] is over. After an error
// the send may still have been stored.
//
// If the bridge publishes the signal already, Publish does nothing and returns the
// Connection of the first Publish.
//
// s is a pointer: if the compiler cannot infer A, an & is missing.
//
// A signal that this bridge has received and that a receiver sends on with its ctx is not
// published again: see [Anew].
func Publish[A any](b *Bridge, s Signal[A], opts ...PublishOption) *runtime.Connection {
	p := newPublication(b, s)
	p.schema = schemaOf(b.codec, reflect.TypeFor[A]())
	if _, ok := runtime.SenderOf(s, new(A)); ok {
		p.key = func(args any) (string, error) {
			of, _ := args.(A) // false for an A that is an interface and nil
			sender, _ := runtime.SenderOf(s, &of)
			return keyOf(sender)
		}
	}
	for _, opt := range opts {
		opt(p)
	}
	args := reflect.TypeFor[A]()
	for _, by := range p.by {
		if by != args {
			panic(fmt.Sprintf("bridge: found a key or a subject by %v for %s, wanted one by %v", by, p.typ, args))
		}
	}
	return p.start()
}

// A publication is one Publish.
type publication struct {
	bridge  *Bridge
	signal  runtime.AnySignal
	typ     string // the signal's stable name
	prefix  string // of the ids; see published
	schema  string
	limits  limiter
	counts  publishCounts
	subject func(args any) string
	key     func(args any) (string, error)
	by      []reflect.Type // what the funcs of KeyBy and SubjectBy take

	conn *runtime.Connection // guarded by the bridge's mutex
}

// idSeparator separates the prefix of an id from its random part.
const idSeparator = "-"

// id returns a new id. It cannot be guessed: transports store an id once, so whoever could
// publish it first would suppress the send.
func (p *publication) id() string { return p.prefix + idSeparator + rand.Text() }

func newPublication(b *Bridge, s runtime.AnySignal) *publication {
	return &publication{
		bridge: b,
		signal: s,
		typ:    s.Name(),
		prefix: rand.Text()[:8],
		limits: limiter{limit: 30 * time.Second},
		key:    func(any) (string, error) { return "", nil },
	}
}

// start connects the publication, unless the bridge is closed or publishes the
// signal already.
func (p *publication) start() *runtime.Connection {
	b := p.bridge
	if conn := b.register(p); conn != nil {
		return conn
	}
	conn := runtime.Relay(p.signal, "bridge", p.relay)
	b.mu.Lock()
	p.conn = conn
	closed := b.closed
	b.mu.Unlock()
	if closed {
		conn.Disconnect()
		b.forget()
	}
	return conn
}

// relay publishes one send.
func (p *publication) relay(ctx context.Context, args any) error {
	if ctx == nil {
		ctx = context.Background()
	}
	if isEcho(ctx, p.bridge, p.typ) || !p.bridge.publishing.begin() {
		return nil
	}
	waiting := false // stored ends it
	defer func() {
		if !waiting {
			p.bridge.publishing.end()
		}
	}()
	began := time.Now()
	e, err := p.envelope(ctx, args, began)
	if err != nil {
		return fmt.Errorf("not published: %w", err)
	}
	p.counts.begun.Add(1)
	limited, cancel := p.limits.begin(ctx, began)
	b, async := batchOf(ctx), p.bridge.async
	if async == nil || !b.open() {
		defer cancel()
		return p.finish(limited, e, began, p.bridge.transport.Publish(limited, e))
	}
	stored := async.PublishAsync(limited, e)
	waiting = true
	b.add(func() error {
		defer p.bridge.publishing.end()
		defer cancel()
		return p.finish(limited, e, began, stored())
	})
	return nil
}

// finish counts a send that the transport has stored or failed to store. It returns the
// error of the send.
func (p *publication) finish(ctx context.Context, e *Envelope, began time.Time, err error) error {
	switch {
	case err == nil:
		p.counts.published.Add(1)
	case errors.Is(context.Cause(ctx), errTimeout):
		err = fmt.Errorf("not published within %v: %w", p.limits.limit, err)
	default:
		err = fmt.Errorf("not published: %w", err)
	}
	if err != nil {
		p.counts.failed.Add(1)
	}
	if len(p.bridge.observers) > 0 {
		p.bridge.tellPublished(ctx, PublishInfo{Signal: p.typ, Envelope: e, Took: time.Since(began), Err: err})
	}
	return err
}

// envelope returns the envelope of one send.
func (p *publication) envelope(ctx context.Context, args any, sent time.Time) (*Envelope, error) {
	key, err := p.key(args)
	if err != nil {
		return nil, err
	}
	data, contentType, err := p.bridge.codec.Encode(args)
	if err != nil {
		return nil, err
	}
	e := &Envelope{
		ID:          p.id(),
		Source:      p.bridge.source,
		Type:        p.typ,
		Time:        sent.UTC(),
		ContentType: contentType,
		DataSchema:  p.schema,
		Key:         key,
		Data:        data,
	}
	if p.subject != nil {
		e.Subject = p.subject(args)
	}
	e.TraceParent, e.TraceState = TraceFrom(ctx)
	if p.bridge.inject != nil {
		p.bridge.inject(ctx, e)
	}
	return e, checkAttributes(e)
}
