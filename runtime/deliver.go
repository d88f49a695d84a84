package runtime

import (
	"context"
	"fmt"
	"reflect"
)

// Deliver sends args on s, for callers that do not know the signal's type: a bridge from
// another process, a replay of a file, a test. The arguments are what the signal's Next
// returns: the payload, or the generated struct XArgs. Deliver works like SendRobust: it
// calls every receiver and returns their joined errors. Responses are discarded. Deliver
// also sends private signals.
//
// The sender is what [SenderOf] returns for args, or nil for a signal without senders.
// Receivers that are connected to this sender only are called too. If args has the wrong
// type, or s is not a generated signal, Deliver calls no receiver and returns an error
// that names the type it found and the one it wanted.
func Deliver(ctx context.Context, s AnySignal, args, sender any) error {
	c := coreOf(s)
	if c == nil {
		return fmt.Errorf("signal %s: found a %T, wanted a generated signal", s.Name(), s)
	}
	k := c.kind.Load()
	if !k.accepts(args) {
		return fmt.Errorf("signal %s: found arguments of type %T, wanted %v", s.Name(), args, k.argsType())
	}
	return k.sendInTurn(ctx, (*Signal)(c), Calls{unready, k.fromAny(c, sender)}, Robust, k.unboxed(args))
}

// accepts reports whether a send of the signal can carry args.
func (k *Kind) accepts(args any) bool {
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

// SenderOf returns the sender in args, which must be a pointer to the arguments of s: the
// payload, or the generated struct XArgs. It returns false for anything else, for a
// signal without senders, and for a signal that is not generated.
//
//	args, err := order.DefaultSignals.Renamed.Next(ctx)
//	sender, ok := runtime.SenderOf(&order.DefaultSignals.Renamed, &args)
func SenderOf(s AnySignal, args any) (sender any, ok bool) {
	c := coreOf(s)
	if c == nil || c.known().Sender == nil || reflect.TypeOf(args) != reflect.TypeOf(c.known().Args) {
		return nil, false
	}
	return c.known().Sender(args), true
}
