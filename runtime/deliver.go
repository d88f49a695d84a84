package runtime

import (
	"context"
	"fmt"
	"reflect"
)

// Deliver sends on s what came from elsewhere: from another process, a file, a
// test that knows no types. It is SendRobust with args, which is what Next of
// the signal returns: the payload, or the struct XArgs. Every receiver is
// called, whatever its type; what it returns besides an error is dropped. The
// errors are returned, joined. Deliver sends a private signal too.
//
// The sender is what [SenderOf] returns for args, so that those who hear that sender
// only are called as well; it is nil for a signal without senders. If args is of
// another type than wanted, or s is not a generated signal, Deliver calls no receiver
// and returns an error that names both types.
func Deliver(ctx context.Context, s AnySignal, args, sender any) error {
	c := coreOf(s)
	if c == nil {
		return fmt.Errorf("signal %s: found a %T, wanted a generated signal", s.Name(), s)
	}
	k := c.kind.Load()
	if !k.takes(args) {
		return fmt.Errorf("signal %s: found arguments of type %T, wanted %v", s.Name(), args, k.argsType())
	}
	return k.sendInTurn(ctx, (*Signal)(c), Calls{unready, k.fromAny(c, sender)}, Robust, k.unboxed(args))
}

// takes reports whether args can be what a send of the signal carries.
func (k *Kind) takes(args any) bool {
	wanted, found := k.argsType(), reflect.TypeOf(args)
	if wanted.Kind() == reflect.Interface {
		return found == nil || found.Implements(wanted)
	}
	return found == wanted
}

// fromAny is [Kind.from] for a sender that may be of any type.
func (k *Kind) fromAny(c *core, sender any) *senderList {
	if k.Sender == nil || k.SenderIsPointer && reflect.ValueOf(sender).Kind() != reflect.Pointer {
		return nil
	}
	return k.from(c, sender)
}

// SenderOf returns the sender of what a send of s carries. It returns false for a
// signal without senders, and for one that is not generated. args is a pointer to
// the payload, or to the struct XArgs:
//
//	args, err := order.DefaultSignals.Renamed.Next(ctx)
//	sender, ok := runtime.SenderOf(&order.DefaultSignals.Renamed, &args)
//
// It panics if args is anything else.
func SenderOf(s AnySignal, args any) (sender any, ok bool) {
	c := coreOf(s)
	if c == nil || c.known().Sender == nil || reflect.TypeOf(args) != reflect.TypeOf(c.known().Args) {
		return nil, false
	}
	return c.known().Sender(args), true
}
