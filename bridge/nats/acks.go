package natsbridge

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// acks publishes messages and waits for the stream to acknowledge them. It does
// what JetStream.PublishMsg of the client library does, without the memory and the
// timer that this takes for each message, and without parsing the whole
// acknowledgement: together a tenth of what a publish costs.
type acks struct {
	nc    *nats.Conn
	inbox string // acknowledgements arrive under it, each with its number appended
	sub   *nats.Subscription

	mu      sync.Mutex // guards what follows
	last    uint64
	waiting map[uint64]*waiter // by the number that its acknowledgement has
}

// A waiter waits for one acknowledgement; then it can be used for another.
type waiter struct {
	answer chan *nats.Msg // has room for one
	timer  *time.Timer
}

var waiters = sync.Pool{New: func() any {
	return &waiter{make(chan *nats.Msg, 1), time.NewTimer(time.Hour)}
}}

func newAcks(nc *nats.Conn) (*acks, error) {
	a := &acks{nc: nc, inbox: nc.NewInbox() + ".", waiting: make(map[uint64]*waiter)}
	var err error
	a.sub, err = nc.Subscribe(a.inbox+"*", a.arrived)
	return a, err
}

// store publishes a message once. It waits for the acknowledgement until ctx is
// done or the limit is over. A stream that has a message with the same id already, and
// stores no second one, is no error.
func (a *acks) store(ctx context.Context, m *nats.Msg, limit time.Duration) error {
	_, err := a.send(ctx, m, limit)
	return err
}

// send is store for a caller that has to know whether the stream had a message with
// the same id: then found says which, and otherwise it is zero.
func (a *acks) send(ctx context.Context, m *nats.Msg, limit time.Duration) (found place, err error) {
	p, err := a.begin(m)
	if err != nil {
		return place{}, err
	}
	return a.await(ctx, p, limit)
}

// A place is where a message is.
type place struct {
	Stream   string `json:"stream"`
	Sequence uint64 `json:"seq"`
}

// A pending is a message that was published and is not acknowledged.
type pending struct {
	*waiter
	number uint64
}

// begin publishes a message, for await.
func (a *acks) begin(m *nats.Msg) (pending, error) {
	w := waiters.Get().(*waiter)
	p := pending{w, a.expect(w)}
	m.Reply = a.inbox + strconv.FormatUint(p.number, 36)
	if err := a.nc.PublishMsg(m); err != nil {
		a.forget(p)
		return pending{}, err
	}
	return p, nil
}

// await waits for the acknowledgement of a message, once.
func (a *acks) await(ctx context.Context, p pending, limit time.Duration) (found place, err error) {
	p.timer.Reset(limit)
	defer p.timer.Stop()
	select {
	case answer := <-p.answer:
		waiters.Put(p.waiter)
		return stored(answer)
	case <-ctx.Done():
		a.forget(p)
		return place{}, ctx.Err()
	case <-p.timer.C:
		a.forget(p)
		return place{}, fmt.Errorf("no acknowledgement within %v: %w", limit, nats.ErrTimeout)
	}
}

func (a *acks) expect(w *waiter) (number uint64) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.last++
	a.waiting[a.last] = w
	return a.last
}

// forget gives a message up, and its waiter back without an answer.
func (a *acks) forget(p pending) {
	a.mu.Lock()
	defer a.mu.Unlock()
	delete(a.waiting, p.number)
	select {
	case <-p.answer:
	default:
	}
	waiters.Put(p.waiter)
}

func (a *acks) arrived(m *nats.Msg) {
	number, err := strconv.ParseUint(m.Subject[len(a.inbox):], 36, 64)
	if err != nil {
		return // nobody has asked for it
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if w := a.waiting[number]; w != nil {
		delete(a.waiting, number)
		w.answer <- m
	}
}

// stored reads a stream's answer. found is the message that the stream had under the same
// id, and zero if it has stored this one.
func stored(answer *nats.Msg) (found place, err error) {
	if bytes.HasPrefix(answer.Data, []byte(`{"stream":"`)) && !bytes.Contains(answer.Data, []byte(`"duplicate"`)) {
		return place{}, nil
	}
	if answer.Header.Get("Status") == "503" {
		return place{}, jetstream.ErrNoStreamResponse
	}
	var ack struct {
		Error     *jetstream.APIError `json:"error"`
		Duplicate bool                `json:"duplicate"`
		place
	}
	err = json.Unmarshal(answer.Data, &ack)
	switch {
	case err == nil && ack.Error != nil:
		return place{}, ack.Error
	case err == nil && ack.Sequence > 0 && ack.Duplicate:
		return ack.place, nil
	case err == nil && ack.Sequence > 0:
		return place{}, nil
	}
	return place{}, errors.Join(fmt.Errorf("%w: %q", jetstream.ErrInvalidJSAck, answer.Data), err)
}
