package bridge

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"github.com/signalgen/signalgen/runtime"
)

// A Signal is any generated signal. A is what a send of it carries: the payload or the
// struct XArgs. It is inferred.
type Signal[A any] interface {
	runtime.AnySignal
	Next(ctx context.Context) (A, error)
}

// A Bridge connects signals of this process to a [Transport]. [Publish] publishes what is
// sent in this process, and [Receive] sends what others have published to receivers in
// this process. A Bridge is safe for use by several goroutines.
type Bridge struct {
	transport Transport
	async     AsyncPublisher // the transport, if it is one; else nil
	source    string
	codec     Codec
	inject    func(ctx context.Context, e *Envelope)
	extract   func(ctx context.Context, e *Envelope) context.Context
	handle    func(ctx context.Context, err *DeliveryError)
	observers []*Observer

	publishing tally // sends that the transport has not stored yet

	mu            sync.Mutex // guards what follows; never held while anything else is called
	closed        bool
	subscriptions map[*Subscription]struct{}
	publications  map[string]*publication // by the prefix of their ids; ended ones too, until forgetEnded
}

// New returns a bridge over a transport. It panics if t is nil.
func New(t Transport, opts ...Option) *Bridge {
	if t == nil {
		panic("bridge: found a nil transport")
	}
	b := &Bridge{
		transport:     t,
		source:        defaultSource(),
		codec:         JSON,
		handle:        logError,
		subscriptions: make(map[*Subscription]struct{}),
		publications:  make(map[string]*publication),
	}
	b.async, _ = t.(AsyncPublisher)
	for _, opt := range opts {
		opt(b)
	}
	return b
}

// ErrClosed is the error of a Receive on a closed bridge. A delivery that has not begun
// when its subscription ends is settled with it. A delivery that has begun never is, nor
// with an error that wraps it.
var ErrClosed = errors.New("bridge is closed")

// Close ends every subscription and stops publishing. It waits for the deliveries and
// the sends in flight until ctx is done. Then it cancels the ctx of the receivers, returns
// the deliveries that have not begun to the transport, and returns an error that says how
// many are in flight. What is sent after Close stays in this process. Close does not
// close the transport; do that afterwards.
func (b *Bridge) Close(ctx context.Context) error {
	subscriptions, publications := b.end()
	for _, p := range publications {
		p.disconnect()
	}
	published := b.publishing.close()
	for _, s := range subscriptions {
		s.stop()
	}
	defer b.forget()
	var errs []error
	for _, s := range subscriptions {
		errs = append(errs, s.wait(ctx))
	}
	if !isDone(ctx, published) {
		errs = append(errs, fmt.Errorf("bridge: closed with %d sends in flight: %w", b.publishing.count(), ctx.Err()))
	}
	return errors.Join(errs...)
}

// end makes the bridge refuse new subscriptions and publications, and returns those that
// it has.
func (b *Bridge) end() (subscriptions []*Subscription, publications []*publication) {
	b.mu.Lock()
	b.closed = true
	b.mu.Unlock()
	_, subscriptions, publications = b.open()
	return subscriptions, publications
}

// open returns whether the bridge is closed, and its subscriptions and publications.
func (b *Bridge) open() (closed bool, subscriptions []*Subscription, publications []*publication) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.closed, slices.Collect(maps.Keys(b.subscriptions)), slices.Collect(maps.Values(b.publications))
}

// isDone waits until done is closed or ctx is done. It reports whether done is closed.
func isDone(ctx context.Context, done <-chan struct{}) bool {
	select {
	case <-done:
		return true
	default:
	}
	select {
	case <-done:
		return true
	case <-ctx.Done():
		return false
	}
}

// defaultSource names this program on this host.
func defaultSource() string {
	host, err := os.Hostname()
	if err != nil {
		host = "localhost"
	}
	program := "program"
	if len(os.Args) > 0 && os.Args[0] != "" {
		program = filepath.Base(os.Args[0])
	}
	return "//" + url.PathEscape(host) + "/" + url.PathEscape(program)
}
