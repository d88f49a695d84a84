package runtime

import (
	"context"
	"reflect"
)

// sent is a send that is stored for async receivers. It copies the arguments into
// memory that is reused.
type sent struct {
	ctx  context.Context
	args any // points to the copy
}

// clear removes the send from s, which keeps its memory.
func (s *sent) clear() {
	s.ctx = nil
	reflect.ValueOf(s.args).Elem().SetZero()
}

// store copies a send into s.
func (k *Kind) store(s *sent, ctx context.Context, args any) {
	s.ctx = ctx
	k.copyArgs(s.args, args)
}

// storage holds sends by their position. The number of slots is a power of two. The
// slot of a position is the remainder of dividing the position by that.
type storage []*sent

func (s storage) of(position uint64) **sent { return &s[position&uint64(len(s)-1)] }

// copyTo copies the slots from a position on.
func (s storage) copyTo(to []*sent, position uint64) {
	at := int(position & uint64(len(s)-1))
	n := copy(to, s[at:])
	copy(to[n:], s)
}

// fewest is the initial number of slots.
const fewest = 8

// grown returns a storage with twice as many slots, and moves the sends of a full one
// into it; first is the position of the first send.
func (k *Kind) grown(full storage, first uint64) storage {
	grown := make(storage, max(fewest, 2*len(full)))
	for position := first; position != first+uint64(len(full)); position++ {
		*grown.of(position) = *full.of(position)
	}
	fresh := make([]sent, len(grown)-len(full)) // one allocation for all
	args := reflect.MakeSlice(reflect.SliceOf(k.argsType()), len(fresh), len(fresh))
	for i := range fresh {
		fresh[i].args = args.Index(i).Addr().Interface()
		*grown.of(first + uint64(len(full)+i)) = &fresh[i]
	}
	return grown
}
