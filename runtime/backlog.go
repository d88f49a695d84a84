package runtime

import "context"

// A backlog holds the sends that only one receiver still has to get, the oldest first.
type backlog struct {
	stored     storage
	head, tail uint64 // positions of the oldest send, and after the newest
}

func (b *backlog) len() uint64 { return b.tail - b.head }

// put adds a send.
func (b *backlog) put(k *Kind, ctx context.Context, args any) {
	if b.len() == uint64(len(b.stored)) {
		b.stored = k.grown(b.stored, b.head)
	}
	k.store(*b.stored.of(b.tail), ctx, args)
	b.tail++
}

// take moves the oldest send to where s points, and puts the empty one from there in
// its slot.
func (b *backlog) take(s **sent) {
	slot := b.stored.of(b.head)
	*s, *slot = *slot, *s
	b.head++
}

// drop removes the oldest send.
func (b *backlog) drop() {
	(*b.stored.of(b.head)).clear()
	b.head++
}

// reset removes all sends and frees the slots.
func (b *backlog) reset() { *b = backlog{} }
