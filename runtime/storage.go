package runtime

import (
	"context"
	"reflect"
)

// sent is a send that is stored for async receivers. Its memory is reused.
type sent struct {
	ctx  context.Context
	args any // a pointer to a copy of the arguments
}

// clear makes s empty, so that what it refers to can be collected. It keeps the memory
// for the arguments.
func (s *sent) clear() {
	s.ctx = nil
	reflect.ValueOf(s.args).Elem().SetZero()
}

// store copies a send into s.
func (k *Kind) store(s *sent, ctx context.Context, args any) {
	s.ctx = ctx
	k.copyArgs(s.args, args)
}

// storage is a ring buffer of sends, indexed by position. Its length is a power of two,
// so that a mask of the position gives the index.
type storage []*sent

func (s storage) slot(position uint64) **sent { return &s[position&uint64(len(s)-1)] }

// copyTo copies slots into to, beginning with that of a position.
func (s storage) copyTo(to []*sent, position uint64) {
	at := int(position & uint64(len(s)-1))
	n := copy(to, s[at:])
	copy(to[n:], s)
}

// initialSlots is the initial number of slots.
const initialSlots = 8

// grown returns a storage with twice as many slots, and the sends of a full one in it;
// first is the position of the oldest send.
func (k *Kind) grown(full storage, first uint64) storage {
	grown := make(storage, max(initialSlots, 2*len(full)))
	for position := first; position != first+uint64(len(full)); position++ {
		*grown.slot(position) = *full.slot(position)
	}
	fresh := make([]sent, len(grown)-len(full)) // one allocation for all
	args := reflect.MakeSlice(reflect.SliceOf(k.argsType()), len(fresh), len(fresh))
	for i := range fresh {
		fresh[i].args = args.Index(i).Addr().Interface()
		*grown.slot(first + uint64(len(full)+i)) = &fresh[i]
	}
	return grown
}
