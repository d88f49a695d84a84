package runtime

import "context"

// A backlog is the queue of a single receiver, the oldest send first.
type backlog struct {
	stored     storage
	head, tail uint64 // the position of the oldest send, and the one after the newest
}

func (b *backlog) len() uint64 { return b.tail - b.head }

// put adds a send.
func (b *backlog) put(k *Kind, ctx context.Context, args any) {
	if b.len() == uint64(len(b.stored)) {
		b.stored = k.grown(b.stored, b.head)
	}
	k.store(*b.stored.slot(b.tail), ctx, args)
	b.tail++
}

// take swaps the oldest send with the empty one that s points to.
func (b *backlog) take(s **sent) {
	slot := b.stored.slot(b.head)
	*s, *slot = *slot, *s
	b.head++
}

// drop removes the oldest send.
func (b *backlog) drop() {
	(*b.stored.slot(b.head)).clear()
	b.head++
}

// reset removes all sends and frees the slots.
func (b *backlog) reset() { *b = backlog{} }
