package natsbridge

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/signalgen/signalgen/bridge"
)

// A Transport carries the envelopes of a bridge through a stream of NATS JetStream. It is
// safe for use by several goroutines. See the package documentation for what it promises.
type Transport struct {
	nc       *nats.Conn
	js       jetstream.JetStream
	acks     *acks
	settings settings
	owned    bool // the connection was made by Connect

	inquiry inquiry
	probing atomic.Bool // a probe is running

	mu            sync.Mutex // guards what follows; held for map operations only
	subscriptions map[*subscription]struct{}
}

var (
	_ bridge.TransportWithOptions = (*Transport)(nil)
	_ bridge.HealthChecker        = (*Transport)(nil)
	_ bridge.AsyncPublisher       = (*Transport)(nil)
)

// New returns a transport that uses a connection. The connection remains the caller's;
// closing it ends the transport. New creates the two streams if they do not exist. An
// existing stream stays as it is, and is an error if it does not have the transport's
// subjects.
//
// New waits as long as ctx allows while the connection is down, and while the servers do
// not answer or elect a leader, and logs that once. A server without JetStream that knows
// no server with JetStream is an error at once.
//
// By default a connection of nats.go closes after 60 attempts to reconnect, about two
// minutes, and notices after six minutes that a server hangs. Make yours with
// nats.MaxReconnects(-1) and a shorter nats.PingInterval.
func New(ctx context.Context, nc *nats.Conn, opts ...Option) (*Transport, error) {
	js, err := jetstream.New(nc)
	if err != nil {
		return nil, fmt.Errorf("nats bridge: %w", err)
	}
	t := &Transport{nc: nc, js: js, settings: settingsOf(opts), subscriptions: make(map[*subscription]struct{})}
	if err := t.patiently(ctx, t.firstStreams); err != nil {
		return nil, fmt.Errorf("nats bridge: %w", err)
	}
	if t.acks, err = newAcks(nc); err != nil {
		return nil, fmt.Errorf("nats bridge: %w", err)
	}
	return t, nil
}

// Conn returns the transport's connection.
func (t *Transport) Conn() *nats.Conn { return t.nc }

// Close ends the subscriptions, gives back what they have not delivered, flushes the
// connection, and closes it if [Connect] has made it. Call it when nothing is published any
// more and the deliveries are settled: others are redelivered after the ack wait.
//
// Close waits at most 5 s for handlers to return, and fails if the server does not answer
// within 5 s. Without a connection it fails at once with nats.ErrDisconnected:
// acknowledgements that were not sent are lost, and their envelopes are redelivered.
func (t *Transport) Close() error {
	if t.nc.IsClosed() {
		return nil
	}
	err := errors.Join(t.endSubscriptions(), t.acks.sub.Unsubscribe(), t.flush())
	if t.owned {
		t.nc.Close()
	}
	if err != nil {
		return fmt.Errorf("nats bridge: close: %w", err)
	}
	return nil
}

// endSubscriptions ends the subscriptions, and does at once what they otherwise do in the
// background, for which they need the connection. It waits for handlers to return.
func (t *Transport) endSubscriptions() error {
	all := t.all()
	for _, s := range all {
		s.stop()
		s.close()
	}
	if len(all) == 0 || t.flush() != nil {
		return nil // without a connection, Close reports it
	}
	ctx, cancel := context.WithTimeout(context.Background(), closeTimeout)
	defer cancel()
	var errs []error
	for _, s := range all {
		select {
		case <-s.ended:
		case <-ctx.Done():
		}
		s.close() // gives back what has been received since
		if s.settings.broadcast {
			errs = append(errs, s.removeConsumer())
		}
	}
	return errors.Join(errs...)
}

func (t *Transport) flush() error {
	if !t.nc.IsConnected() {
		return errDisconnected
	}
	return t.nc.FlushTimeout(closeTimeout)
}

// Health returns nil if the transport can publish and receive: the connection is up, the
// stream of signals has a leader that answers, and no request of a subscription has been
// rejected. Otherwise the error tells what is wrong.
func (t *Transport) Health(ctx context.Context) error {
	if !t.nc.IsConnected() {
		return fmt.Errorf("nats bridge: %w", errDisconnected)
	}
	var errs []error
	if _, err := t.js.Stream(ctx, t.settings.stream); err != nil {
		errs = append(errs, fmt.Errorf("nats bridge: stream %s: %w", t.settings.stream, err))
	}
	for _, s := range t.all() {
		if err := s.health(); err != nil {
			errs = append(errs, fmt.Errorf("nats bridge: %s as %s: nothing can be received: %w", s.typ, s.group, err))
		}
	}
	return errors.Join(errs...)
}

// all returns the subscriptions that have not ended.
func (t *Transport) all() []*subscription {
	t.mu.Lock()
	defer t.mu.Unlock()
	all := make([]*subscription, 0, len(t.subscriptions))
	for s := range t.subscriptions {
		all = append(all, s)
	}
	return all
}

func (t *Transport) add(s *subscription) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.subscriptions[s] = struct{}{}
}

func (t *Transport) remove(s *subscription) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.subscriptions, s)
}
