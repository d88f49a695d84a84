package runtime

import (
	"context"
	"iter"
)

// Each returns an iterator that calls the next receiver when it is asked for.
// Every loop over it is a send of its own, for which from, unless it is nil,
// finds the sender.
func Each[F, A, V any](ctx context.Context, s typed[A], from func() *Sender, args A, call Call[F, A, V]) iter.Seq[Response[V]] {
	return func(yield func(Response[V]) bool) {
		var sender *Sender
		if from != nil {
			sender = from()
		}
		send, ctx, err := begin(ctx, s, sender, Lazy, args)
		if err != nil {
			yield(Response[V]{Err: err})
			return
		}
		finished := false
		defer func() { send.end(ctx, finished, nil) }()
		for _, conn := range send.receivers {
			value, ok, err := callReceiver(ctx, &send, conn, call, args)
			if isStop(err) {
				break
			}
			if (ok || err != nil) && !yield(Response[V]{Receiver: conn.info(), Value: value, Err: err}) {
				break
			}
		}
		finished = true
	}
}

// EachError is Each for receivers that return no value.
func EachError[F, A, V any](ctx context.Context, s typed[A], from func() *Sender, args A, call Call[F, A, V]) iter.Seq2[ReceiverInfo, error] {
	return func(yield func(ReceiverInfo, error) bool) {
		for response := range Each(ctx, s, from, args, call) {
			if !yield(response.Receiver, response.Err) {
				return
			}
		}
	}
}
