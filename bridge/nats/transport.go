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

// A Transport carries the envelopes of a bridge through a stream of NATS
// JetStream. It may be used from several goroutines. See the package's comment for
// what it promises.
type Transport struct {
	nc       *nats.Conn
	js       jetstream.JetStream
	acks     *acks
	settings settings
	owned    bool // Connect has made the connection

	inquiry inquiry
	probing atomic.Bool // a probe is under way

	mu            sync.Mutex // guards what follows; never held while anything else is called
	subscriptions map[*subscription]struct{}
}

var (
	_ bridge.TransportWithOptions = (*Transport)(nil)
	_ bridge.HealthChecker        = (*Transport)(nil)
	_ bridge.AsyncPublisher       = (*Transport)(nil)
)

// New returns a transport on a connection, which remains the caller's: to close
// it ends the transport. It makes the two streams if they do not exist, and
// leaves those that do as they are; one that does not hold the transport's
// subjects is an error.
//
// New waits as long as ctx allows while the connection is down, and while the servers
// do not answer or elect a leader, and logs that once. A server without JetStream that
// knows no other server with it is an error at once.
//
// By default a connection of nats.go gives up for good after 60 attempts to reconnect,
// which is about two minutes, and notices after six minutes that a server hangs. Make
// yours with nats.MaxReconnects(-1) and a shorter nats.PingInterval.
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

// Conn is the transport's connection.
func (t *Transport) Conn() *nats.Conn { return t.nc }

// Close ends the subscriptions, gives back what they have not handed over, sends what waits
// in the connection, such as acknowledgements, and closes the connection if [Connect] has
// made it. Call it when nothing is published any more and the deliveries are settled: the
// others go to other members after the ack wait.
//
// It takes as long as the server does to answer, and fails after 5 s. Without a
// connection it fails at once, with nats.ErrDisconnected: acknowledgements that were
// not sent are lost, and their envelopes come again.
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

// endSubscriptions ends the subscriptions and does what they do then in the background,
// for which they need the connection. It waits for handlers to return.
func (t *Transport) endSubscriptions() error {
	all := t.all()
	for _, s := range all {
		s.stop()
		s.close()
	}
	if len(all) == 0 || t.flush() != nil {
		return nil // without a connection, Close says so
	}
	ctx, cancel := context.WithTimeout(context.Background(), closePatience)
	defer cancel()
	var errs []error
	for _, s := range all {
		select {
		case <-s.ended:
		case <-ctx.Done():
		}
		s.close() // gives back what has arrived meanwhile
		if s.settings.broadcast {
			errs = append(errs, s.remove())
		}
	}
	return errors.Join(errs...)
}

func (t *Transport) flush() error {
	if !t.nc.IsConnected() {
		return errDown
	}
	return t.nc.FlushTimeout(closePatience)
}

// Health returns nil if the transport can publish and receive: the connection is up,
// the stream of signals has a leader that answers, and each subscription is being
// served, as far as it has noticed. Otherwise the error says what is wrong.
func (t *Transport) Health(ctx context.Context) error {
	if !t.nc.IsConnected() {
		return fmt.Errorf("nats bridge: %w", errDown)
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
