package natsbridge

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

const (
	firstPatience = 2 * time.Second  // for an answer: over what a busy disk takes, under what a user notices
	lastPatience  = 30 * time.Second // a server that is only slow is not to be flooded with repetitions
	firstPause    = 10 * time.Millisecond
	lastPause     = time.Second
	closePatience = 5 * time.Second
)

var errDown = fmt.Errorf("the connection is down: %w", nats.ErrDisconnected)

// persist publishes a message until a stream has acknowledged it, it fails for a
// reason that lasts, or ctx is done. It waits for the connection before it tries
// again.
func (t *Transport) persist(ctx context.Context, m *nats.Msg) error {
	patience, pause := firstPatience, firstPause
	var last error
	for {
		err := t.acks.store(ctx, m, patience)
		switch {
		case err == nil:
			return nil
		case ctx.Err() != nil:
			return given(ctx, t.down(last))
		case !passes(err) || t.nc.IsClosed():
			return err
		case errors.Is(err, jetstream.ErrNoStreamResponse):
			// Nobody takes the subject: a server that kept its streams in
			// memory has been started again, or has not loaded them yet.
			if err := within(ctx, patience, t.ensureStreams); err != nil && !passes(err) {
				return err
			}
		}
		if last = err; !t.connected(ctx, pause) {
			return given(ctx, t.down(last))
		}
		patience, pause = min(2*patience, lastPatience), min(2*pause, lastPause)
	}
}

// down returns what is wrong: that there is no connection, whatever came of that, or
// what was wrong last.
func (t *Transport) down(last error) error {
	if !t.nc.IsConnected() {
		return errDown
	}
	return last
}

// given returns why ctx is done, and what was wrong until then.
func given(ctx context.Context, last error) error {
	if last == nil {
		return context.Cause(ctx)
	}
	return fmt.Errorf("%w; what was wrong last: %w", context.Cause(ctx), last)
}

func within(ctx context.Context, patience time.Duration, do func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	return do(ctx)
}

// connected waits for the pause and then for the connection. It returns false if
// ctx is done first.
func (t *Transport) connected(ctx context.Context, pause time.Duration) bool {
	changed := t.nc.StatusChanged(nats.CONNECTED, nats.CLOSED)
	defer t.nc.RemoveStatusListener(changed)
	select {
	case <-ctx.Done():
		return false
	case <-time.After(pause):
	}
	for !t.nc.IsConnected() && !t.nc.IsClosed() {
		select {
		case <-ctx.Done():
			return false
		case <-changed:
		}
	}
	return true
}

// passes tells whether an error may be gone at the next attempt: the server cannot
// be reached, has not answered, or says that it is the one to blame.
func passes(err error) bool {
	for _, temporary := range []error{
		context.DeadlineExceeded,
		context.Canceled,
		nats.ErrTimeout,
		nats.ErrNoResponders,
		nats.ErrDisconnected,
		nats.ErrConnectionReconnecting,
		nats.ErrReconnectBufExceeded,
		nats.ErrStaleConnection,
		jetstream.ErrNoStreamResponse,
	} {
		if errors.Is(err, temporary) {
			return true
		}
	}
	var answer *jetstream.APIError
	return errors.As(err, &answer) && (answer.Code >= 500 || answer.Code == 429)
}
