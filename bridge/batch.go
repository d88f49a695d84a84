package bridge

import (
	"context"
	"errors"
	"fmt"
	"sync"
)

// Batch calls send with a ctx whose sends do not wait for the transport one by one. It
// returns when the transport has stored all of them: many signals take not much longer
// than one. A send within the batch returns nil when its envelope is on the way; only
// when Batch returns nil is it stored. The error wraps that of send and those of the
// transport, the first of which it shows.
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
// publish one again. A transport that is not an [AsyncPublisher] stores one after
// another. Local receivers are called during the send. A send with the ctx of a batch that
// has ended waits as usual.
func Batch(ctx context.Context, send func(ctx context.Context) error) error {
	b := new(batch)
	err := send(context.WithValue(ctx, batchKey{}, b))
	return errors.Join(err, b.end())
}

// An AsyncPublisher is a [Transport] that can publish without waiting, for [Batch].
type AsyncPublisher interface {
	// PublishAsync begins to publish an envelope, after those that it was called
	// with before. It waits only while too many are under way. stored waits until
	// the envelope is stored, as Publish does, and is called once.
	PublishAsync(ctx context.Context, e *Envelope) (stored func() error)
}

type batchKey struct{}

func batchOf(ctx context.Context) *batch {
	b, _ := ctx.Value(batchKey{}).(*batch)
	return b
}

// maxBatch bounds the sends of a batch that are under way.
const maxBatch = 4096

// A batch is what was sent and may not be stored yet.
type batch struct {
	mu       sync.Mutex     // guards what follows
	ended    bool           // sends wait as usual
	underWay []func() error // in the order in which they were sent
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

// add adds a send that is under way. One that comes after the end is waited for at once.
func (b *batch) add(stored func() error) {
	b.mu.Lock()
	b.sent++
	b.underWay = append(b.underWay, stored)
	var oldest func() error
	if b.ended || len(b.underWay) > maxBatch {
		oldest, b.underWay = b.underWay[0], b.underWay[1:]
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

// end waits for all that is under way.
func (b *batch) end() error {
	b.mu.Lock()
	b.ended = true
	underWay := b.underWay
	b.underWay = nil
	b.mu.Unlock()
	for _, stored := range underWay {
		b.wait(stored)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.errs) == 0 {
		return nil
	}
	return &batchError{sent: b.sent, errs: b.errs}
}

// A batchError is about sends of a batch that were not stored.
type batchError struct {
	sent int
	errs []error
}

func (e *batchError) Error() string {
	return fmt.Sprintf("bridge: batch: %d of %d sends failed; the first: %v", len(e.errs), e.sent, e.errs[0])
}

func (e *batchError) Unwrap() []error { return e.errs }
