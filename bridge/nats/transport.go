package natsbridge

import (
	"context"
	"errors"
	"fmt"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/signalgen/signalgen/bridge"
)

// A Transport carries the envelopes of a bridge through a stream of NATS
// JetStream. It is used from several goroutines. See the package's comment for
// what it promises.
type Transport struct {
	nc       *nats.Conn
	js       jetstream.JetStream
	acks     *acks
	settings settings
	owned    bool // the connection is of Connect's making
}

var _ bridge.Transport = (*Transport)(nil)

// New returns a transport on a connection, which remains the caller's: to close
// it ends the transport. It makes the two streams if they do not exist, and
// leaves those that do as they are; one that does not hold the transport's
// subjects is an error, as is a server without JetStream or one that does not
// answer within ctx, or 5 s if ctx has no deadline.
//
// A connection of nats.go gives up for good after 60 attempts to reconnect, about
// two minutes, unless it has been made with nats.MaxReconnects(-1).
func New(ctx context.Context, nc *nats.Conn, opts ...Option) (*Transport, error) {
	js, err := jetstream.New(nc)
	if err != nil {
		return nil, fmt.Errorf("nats bridge: %w", err)
	}
	t := &Transport{nc: nc, js: js, settings: settingsOf(opts)}
	if err := t.ensureStreams(ctx); err != nil {
		return nil, fmt.Errorf("nats bridge: %w", err)
	}
	if t.acks, err = newAcks(nc); err != nil {
		return nil, fmt.Errorf("nats bridge: %w", err)
	}
	return t, nil
}

// Conn is the transport's connection.
func (t *Transport) Conn() *nats.Conn { return t.nc }

// Close sends what waits in the connection, such as acknowledgements, and closes
// it if it is one that [Connect] has made. It is to be called when nothing is
// published any more and all subscriptions have ended: what is not settled by then
// is handed to others.
//
// It takes as long as the server does to answer, and fails after 5 s. Without a
// connection it fails at once, with nats.ErrDisconnected: acknowledgements that were
// not sent are lost, and their envelopes come again.
func (t *Transport) Close() error {
	if t.nc.IsClosed() {
		return nil
	}
	err := errors.Join(t.acks.sub.Unsubscribe(), t.flush())
	if t.owned {
		t.nc.Close()
	}
	if err != nil {
		return fmt.Errorf("nats bridge: close: %w", err)
	}
	return nil
}

func (t *Transport) flush() error {
	if !t.nc.IsConnected() {
		return errDown
	}
	return t.nc.FlushTimeout(closePatience)
}
