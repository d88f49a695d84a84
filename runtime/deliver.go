package runtime

import (
	"context"
	"fmt"
	"reflect"
)

// Deliver sends on s what came from elsewhere: from another process, a file, or a test
// that knows no types. It works as SendRobust does with args, which is what Next of the
// signal returns: the payload, or the struct XArgs. Every receiver is called. What
// receivers return besides errors is dropped, and the errors are joined. Deliver also
// sends a private signal.
//
// The sender is what [SenderOf] returns for args, or nil for a signal without senders.
// Deliver also calls the receivers that hear this sender only. If args has the wrong
// type, or s is not a generated signal, Deliver calls no receiver and returns an error
// that names both types.
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

// takes reports whether a send of the signal can carry args.
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

// SenderOf returns the sender in args, which points to what a send of s carries: the
// payload, or the struct XArgs. It returns false for a signal without senders, and for
// one that is not generated.
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
