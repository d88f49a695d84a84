package runtime

import (
	"context"
	"fmt"
	"reflect"
)

// Deliver sends on s what came from elsewhere: from another process, a file, a
// test that knows no types. It is SendRobust with args, which is what [Signal.Next]
// of the signal returns: the payload, or the struct XArgs. Every receiver is
// called, whatever its type; what it returns besides an error is dropped. The
// errors are returned, joined.
//
// If sender is what the signal's SenderOf returns for args, those who hear that
// sender only are called as well; nil is for a signal without senders. An error
// that names both types is returned if args is of another type than wanted, or if
// s is not a generated signal; no receiver is called then.
func Deliver(ctx context.Context, s AnySignal, args, sender any) error {
	generated, ok := s.(typed)
	if !ok {
		return fmt.Errorf("signal %s: found a %T, wanted a generated signal", s.Name(), s)
	}
	c := generated.base()
	if !c.takes(s, args) {
		return fmt.Errorf("signal %s: found arguments of type %T, wanted %v", s.Name(), args, c.argsType(s))
	}
	return sendInTurn(ctx, generated, c.fromAny(sender), Robust, c.carrierFor(args))
}

// takes reports whether args can be what a send of the signal carries.
func (c *core) takes(s AnySignal, args any) bool {
	wanted, found := c.argsType(s), reflect.TypeOf(args)
	if wanted.Kind() == reflect.Interface {
		return found == nil || found.Implements(wanted)
	}
	return found == wanted
}

// argsType returns the type of what a send carries. As long as nothing has been
// connected, and for a type that is an interface, only the methods of the signal
// tell.
func (c *core) argsType(s AnySignal) reflect.Type {
	if blank := c.blank.Load(); blank != nil {
		if none, _ := (*blank)(context.Background(), giveArgs, nil, 0, nil); none != nil {
			return reflect.TypeOf(none)
		}
	}
	next, _ := reflect.TypeOf(s).MethodByName("Next")
	return next.Type.Out(0)
}

// carrierFor returns a carrier of args. There may be no receiver yet, so that the
// core has no carrier to make it of; as soon as there is one to call, it has.
func (c *core) carrierFor(args any) carrier {
	var carry carrier
	return func(ctx context.Context, do deed, conn *Connection, i int, box any) (any, error) {
		if do == giveArgs && box == nil {
			return args, nil
		}
		if carry == nil {
			made, _ := (*c.blank.Load())(ctx, another, nil, 0, args)
			carry = made.(carrier)
		}
		return carry(ctx, do, conn, i, box)
	}
}

// fromAny is [From] or [FromPointer], whichever is for the sender.
func (c *core) fromAny(sender any) *Sender {
	if c.fromLive.Load() == 0 {
		return nil
	}
	value := reflect.ValueOf(sender)
	if sender == nil || value.Comparable() {
		if from := c.from(sender); from != nil && from.pointer == nil {
			return from
		}
	}
	if sender == nil || value.Kind() != reflect.Pointer {
		return nil
	}
	if from := c.from(uintptr(value.UnsafePointer())); from != nil && from.pointer != nil {
		return c.fromPointer(value.UnsafePointer())
	}
	return nil
}
