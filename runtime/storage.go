package runtime

import (
	"context"
	"reflect"
)

// sent is a send that is stored for async receivers: a copy of its arguments, in
// memory that is used again.
type sent struct {
	ctx  context.Context
	args any // points to the copy
}

// clear has s hold nothing of a send.
func (s *sent) clear() {
	s.ctx = nil
	reflect.ValueOf(s.args).Elem().SetZero()
}

// store copies a send into s.
func (k *Kind) store(s *sent, ctx context.Context, args any) {
	s.ctx = ctx
	k.copyArgs(s.args, args)
}

// storage holds sends by their position. It has a power of two slots, and that of a
// position is the one at its remainder.
type storage []*sent

func (s storage) of(position uint64) **sent { return &s[position&uint64(len(s)-1)] }

// copyTo copies the slots from a position on.
func (s storage) copyTo(to []*sent, position uint64) {
	at := int(position & uint64(len(s)-1))
	n := copy(to, s[at:])
	copy(to[n:], s)
}

// fewest is how many slots there are at first.
const fewest = 8

// grown returns a storage of twice as many slots, with the sends of one that is full, of
// which the first is at a position.
func (k *Kind) grown(full storage, first uint64) storage {
	grown := make(storage, max(fewest, 2*len(full)))
	for position := first; position != first+uint64(len(full)); position++ {
		*grown.of(position) = *full.of(position)
	}
	fresh := make([]sent, len(grown)-len(full)) // in one piece, as what they point to is
	args := reflect.MakeSlice(reflect.SliceOf(k.argsType()), len(fresh), len(fresh))
	for i := range fresh {
		fresh[i].args = args.Index(i).Addr().Interface()
		*grown.of(first + uint64(len(full)+i)) = &fresh[i]
	}
	return grown
}
