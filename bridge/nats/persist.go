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
	patience      = 2 * time.Second // for one answer: longer than a busy disk takes, shorter than a user notices
	firstPause    = 10 * time.Millisecond
	lastPause     = 250 * time.Millisecond // a small part of what a cluster takes to elect a leader
	closePatience = 5 * time.Second
)

var errDown = fmt.Errorf("the connection is down: %w", nats.ErrDisconnected)

// persist publishes a message until a stream has acknowledged it, it fails for a
// reason that lasts, or ctx is done. It waits for the connection before it tries
// again.
//
// That the stream has a message with the same id already is success after the first
// attempt, which may have stored it. At the first attempt somebody else has stored
// that message; it is success only if it is the same one.
func (t *Transport) persist(ctx context.Context, m *nats.Msg) error {
	found, err := t.acks.send(ctx, m, patience)
	return t.settled(ctx, m, found, err)
}

// settled is the part of persist that follows the first attempt, which ended with
// found and err.
func (t *Transport) settled(ctx context.Context, m *nats.Msg, found place, err error) error {
	switch {
	case found.Sequence > 0:
		return t.compare(ctx, m, found)
	case err == nil:
		return nil
	}
	since := time.Now()
	var last error
	for pause := firstPause; err != nil; pause = min(2*pause, lastPause) {
		switch {
		case ctx.Err() != nil:
			return given(ctx, t.down(last))
		case !passes(err) || t.nc.IsClosed():
			return err
		case errors.Is(err, nats.ErrTimeout):
			t.probe()
		case errors.Is(err, jetstream.ErrNoStreamResponse):
			// The stream has no leader at the moment, or there is no stream: a server
			// that keeps its streams in memory may have been started again.
			if err := t.inquiry.begin(t, since); err != nil {
				return err
			}
		}
		if last = err; !t.connected(ctx, pause) {
			return given(ctx, t.down(last))
		}
		err = t.acks.store(ctx, m, patience)
	}
	return nil
}

// errSameID is wrapped by errors about a message whose id the stream has already.
var errSameID = errors.New("has the same id")

// compare returns nil if the message that is at a place is m.
func (t *Transport) compare(ctx context.Context, m *nats.Msg, at place) error {
	found, err := t.load(ctx, at.Stream, at.Sequence, ">")
	if err == nil && found.Sequence != at.Sequence {
		err = jetstream.ErrMsgNotFound
	}
	if err != nil {
		return fmt.Errorf("message %d of stream %s %w, and cannot be compared: %w", at.Sequence, at.Stream, errSameID, err)
	}
	if found.Subject != m.Subject || !bytes.Equal(found.Data, m.Data) || !sameHeaders(found.Header, m.Header) {
		return fmt.Errorf("not stored: message %d of stream %s %w and is another one", at.Sequence, at.Stream, errSameID)
	}
	return nil
}

// sameHeaders compares the headers of two envelopes. Those of a dead letter differ in how
// often it has failed, and why.
func sameHeaders(a, b nats.Header) bool {
	return maps.EqualFunc(own(a), own(b), slices.Equal[[]string])
}

// patiently calls do, with a ctx that is done after patience, until it returns nil or
// an error that lasts, or ctx is done. It logs once that it waits.
func (t *Transport) patiently(ctx context.Context, do func(context.Context) error) error {
	for pause := firstPause; ; pause = min(2*pause, lastPause) {
		err := within(ctx, patience, do)
		switch {
		case err == nil:
			return nil
		case ctx.Err() != nil:
			return given(ctx, t.down(err))
		case !startsLater(err) || t.nc.IsClosed():
			return err
		}
		if pause == firstPause {
			t.settings.logger().Warn("nats bridge: waiting for JetStream", "error", err)
		}
		if errors.Is(err, context.DeadlineExceeded) {
			t.probe()
		}
		if !t.connected(ctx, pause) {
			return given(ctx, t.down(err))
		}
	}
}

// down returns what is wrong: that there is no connection, if there is none, and
// otherwise the last error.
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

func within(ctx context.Context, limit time.Duration, do func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, limit)
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

// passes reports whether a publish may succeed at the next attempt: the server cannot
// be reached, has not answered, says that it is to blame, or is still storing the
// message that an earlier attempt has sent.
func passes(err error) bool {
	var answer *jetstream.APIError
	if errors.As(err, &answer) {
		return answer.Code >= 500 || answer.Code == 429 || answer.ErrorCode == idInProcess
	}
	return unanswered(err)
}

// startsLater reports whether a request about streams and consumers may succeed later
// without anybody's doing: the server cannot be reached, has not answered, or waits for
// other servers of its cluster.
func startsLater(err error) bool {
	var lasting *lastingError
	if errors.As(err, &lasting) {
		return false
	}
	var answer *jetstream.APIError
	if !errors.As(err, &answer) {
		return unanswered(err)
	}
	switch answer.ErrorCode {
	case incompleteResults, noPeers, notAssigned, notAvailable, notLeader, peerRemap,
		streamOffline, consumerOffline, streamOfflineReason, consumerOfflineReason:
		return true
	}
	return answer.Code == 429
}

// Errors of the server, by its own numbers; the client library has no names for them.
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

// unanswered reports whether an error says that the server cannot be reached or has
// not answered.
func unanswered(err error) bool {
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
