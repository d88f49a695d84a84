package bridge

import (
	"context"
	"errors"
	"fmt"
	"sync"
)

// Batch calls send with a ctx whose sends do not wait for the transport one by one, and
// returns when the transport has stored all of them. Many signals take little longer than
// one. A send within the batch returns nil when its envelope is on its way; it is stored
// only when Batch returns nil. The error wraps that of send and those of the transport,
// and shows the first of these.
//
//	err := bridge.Batch(ctx, func(ctx context.Context) error {
//		for _, o := range orders {
//			if err := order.SendPlaced(ctx, o); err != nil {
//				return err
//			}
//		}
//		return nil
//	})
//
// Signals are published in the order in which they are sent, unless the transport has to
// publish one again. If the transport is not an [AsyncPublisher], each send waits as
// usual, and so does a send with the ctx of a batch that has ended. Receivers in this
// process are called during the send, before the envelope is stored.
func Batch(ctx context.Context, send func(ctx context.Context) error) error {
	b := new(batch)
	err := send(context.WithValue(ctx, batchKey{}, b))
	return errors.Join(err, b.end())
}

// An AsyncPublisher is a [Transport] that can publish without waiting, for [Batch].
type AsyncPublisher interface {
	// PublishAsync begins to publish an envelope, after those of earlier calls. It
	// waits only while too many are in flight. The func that it returns is called
	// once: it waits until the envelope is stored, as Publish does.
	PublishAsync(ctx context.Context, e *Envelope) (stored func() error)
}

type batchKey struct{}

func batchOf(ctx context.Context) *batch {
	b, _ := ctx.Value(batchKey{}).(*batch)
	return b
}

// maxBatch limits the sends of a batch that are in flight.
const maxBatch = 4096

// A batch has the sends of one Batch that may not be stored yet.
type batch struct {
	mu       sync.Mutex     // guards what follows
	ended    bool           // from then on sends wait as usual
	inFlight []func() error // the funcs stored, in the order of the sends
	sent     int
	errs     []error
}

// open reports whether the batch takes sends. A nil batch does not.
func (b *batch) open() bool {
	if b == nil {
		return false
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	return !b.ended
}

// add adds a send in flight. If the batch has ended it waits for it.
func (b *batch) add(stored func() error) {
	b.mu.Lock()
	b.sent++
	b.inFlight = append(b.inFlight, stored)
	var oldest func() error
	if b.ended || len(b.inFlight) > maxBatch {
		oldest, b.inFlight = b.inFlight[0], b.inFlight[1:]
	}
	b.mu.Unlock()
	if oldest != nil {
		b.wait(oldest)
	}
}

func (b *batch) wait(stored func() error) {
	if err := stored(); err != nil {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.errs = append(b.errs, err)
	}
}

// end waits for all sends in flight.
func (b *batch) end() error {
	b.mu.Lock()
	b.ended = true
	inFlight := b.inFlight
	b.inFlight = nil
	b.mu.Unlock()
	for _, stored := range inFlight {
		b.wait(stored)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.errs) == 0 {
		return nil
	}
	return &batchError{sent: b.sent, errs: b.errs}
}

// A batchError is the error of sends of a batch that were not stored.
type batchError struct {
	sent int
	errs []error
}

func (e *batchError) Error() string {
	return fmt.Sprintf("bridge: batch: %d of %d sends failed; the first: %v", len(e.errs), e.sent, e.errs[0])
}

func (e *batchError) Unwrap() []error { return e.errs }
