package natsbridge

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

const (
	answerTimeout = 2 * time.Second // for one answer: longer than a busy disk takes, and short enough for users
	minDelay      = 10 * time.Millisecond
	maxDelay      = 250 * time.Millisecond // a fraction of the time in which a cluster elects a leader
	closeTimeout  = 5 * time.Second
)

var errDisconnected = fmt.Errorf("the connection is down: %w", nats.ErrDisconnected)

// persist publishes a message until a stream has acknowledged it, an error is not
// temporary, or ctx is done. It waits for the connection before each retry.
//
// A duplicate is success in a retry, because an earlier attempt may have stored the
// message. In the first attempt somebody else has stored the message with this id; that is
// success only if it is the same message.
func (t *Transport) persist(ctx context.Context, m *nats.Msg) error {
	found, err := t.acks.send(ctx, m, answerTimeout)
	return t.settled(ctx, m, found, err)
}

// settled is persist after the first attempt, whose results were found and err.
func (t *Transport) settled(ctx context.Context, m *nats.Msg, found place, err error) error {
	switch {
	case found.Sequence > 0:
		return t.compare(ctx, m, found)
	case err == nil:
		return nil
	}
	since := time.Now()
	var last error
	for pause := minDelay; err != nil; pause = min(2*pause, maxDelay) {
		switch {
		case ctx.Err() != nil:
			return ctxError(ctx, t.down(last))
		case !isTemporary(err) || t.nc.IsClosed():
			return err
		case errors.Is(err, nats.ErrTimeout):
			t.probe()
		case errors.Is(err, jetstream.ErrNoStreamResponse):
			// The stream has no leader at the moment, or it does not exist: a server
			// that keeps its streams in memory may have been restarted.
			if err := t.inquiry.begin(t, since); err != nil {
				return err
			}
		}
		if last = err; !t.connected(ctx, pause) {
			return ctxError(ctx, t.down(last))
		}
		err = t.acks.store(ctx, m, answerTimeout)
	}
	return nil
}

// errSameID is wrapped by the errors of compare.
var errSameID = errors.New("has the same id")

// compare returns nil if the message at a place is m.
func (t *Transport) compare(ctx context.Context, m *nats.Msg, at place) error {
	found, err := t.getMessage(ctx, at.Stream, at.Sequence, ">")
	if err == nil && found.Sequence != at.Sequence {
		err = jetstream.ErrMsgNotFound
	}
	if err != nil {
		return fmt.Errorf("message %d of stream %s %w and cannot be compared: %w", at.Sequence, at.Stream, errSameID, err)
	}
	if found.Subject != m.Subject || !bytes.Equal(found.Data, m.Data) || !sameHeaders(found.Header, m.Header) {
		return fmt.Errorf("not stored: message %d of stream %s %w and is another one", at.Sequence, at.Stream, errSameID)
	}
	return nil
}

// sameHeaders reports whether two messages have the same headers of the envelope. Dead
// letters of the same message may differ in the others.
func sameHeaders(a, b nats.Header) bool {
	return maps.EqualFunc(envelopeHeaders(a), envelopeHeaders(b), slices.Equal[[]string])
}

// patiently calls do, with a ctx that is done after answerTimeout, until it returns nil or
// an error that is not temporary, or ctx is done. It logs once that it waits.
func (t *Transport) patiently(ctx context.Context, do func(context.Context) error) error {
	for pause := minDelay; ; pause = min(2*pause, maxDelay) {
		err := within(ctx, answerTimeout, do)
		switch {
		case err == nil:
			return nil
		case ctx.Err() != nil:
			return ctxError(ctx, t.down(err))
		case !isStarting(err) || t.nc.IsClosed():
			return err
		}
		if pause == minDelay {
			t.settings.logger().Warn("nats bridge: waiting for JetStream", "error", err)
		}
		if errors.Is(err, context.DeadlineExceeded) {
			t.probe()
		}
		if !t.connected(ctx, pause) {
			return ctxError(ctx, t.down(err))
		}
	}
}

// down returns errDisconnected if there is no connection, and otherwise the last error.
func (t *Transport) down(last error) error {
	if !t.nc.IsConnected() {
		return errDisconnected
	}
	return last
}

// ctxError returns the cause of ctx, which is done, with the last error before that.
func ctxError(ctx context.Context, last error) error {
	if last == nil {
		return context.Cause(ctx)
	}
	return fmt.Errorf("%w; last error: %w", context.Cause(ctx), last)
}

func within(ctx context.Context, limit time.Duration, do func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	return do(ctx)
}

// connected waits for the pause and then until the connection is up or closed. It returns
// false if ctx is done first.
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

// isTemporary reports whether a retry of a publish may succeed: the server cannot be
// reached, has not answered, reports a fault of its own, or is still storing the message of
// an earlier attempt.
func isTemporary(err error) bool {
	var answer *jetstream.APIError
	if errors.As(err, &answer) {
		return answer.Code >= 500 || answer.Code == 429 || answer.ErrorCode == idInProcess
	}
	return isUnanswered(err)
}

// isStarting reports whether a retry of a request about streams and consumers may succeed:
// the server cannot be reached, has not answered, or waits for its cluster.
func isStarting(err error) bool {
	var lasting *permanentError
	if errors.As(err, &lasting) {
		return false
	}
	var answer *jetstream.APIError
	if !errors.As(err, &answer) {
		return isUnanswered(err)
	}
	switch answer.ErrorCode {
	case incompleteResults, noPeers, notAssigned, notAvailable, notLeader, peerRemap,
		streamOffline, consumerOffline, streamOfflineReason, consumerOfflineReason:
		return true
	}
	return answer.Code == 429
}

// Error codes of the server for which the client library has no names.
const (
	idInProcess           jetstream.ErrorCode = 10158
	incompleteResults     jetstream.ErrorCode = 10004
	noPeers               jetstream.ErrorCode = 10005
	notAssigned           jetstream.ErrorCode = 10007
	notAvailable          jetstream.ErrorCode = 10008
	notLeader             jetstream.ErrorCode = 10009
	peerRemap             jetstream.ErrorCode = 10075
	streamOffline         jetstream.ErrorCode = 10118
	consumerOffline       jetstream.ErrorCode = 10119
	streamOfflineReason   jetstream.ErrorCode = 10194
	consumerOfflineReason jetstream.ErrorCode = 10195
)

// isUnanswered reports whether an error means that the server cannot be reached or has not
// answered.
func isUnanswered(err error) bool {
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
	return false
}
