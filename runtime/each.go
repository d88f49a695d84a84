package runtime

import (
	"context"
	"iter"
)

// Each returns an iterator that calls the next receiver when it is asked for.
// Every loop over it is a send of its own, for which from, unless it is nil,
// finds the sender.
//
//go:noinline
func Each[F, A, V any](ctx context.Context, s typed, from func() *Sender, args A, call Call[F, A, V]) iter.Seq[Response[V]] {
	return eachResponse(ctx, s, from, func(values *[]V) carrier { return newCarrier(args, call, values) })
}

// eachResponse is the part of Each that depends on the type of the values alone.
// Each loop has a carrier of its own, for it has values of its own.
//
//go:noinline
func eachResponse[V any](ctx context.Context, s typed, from func() *Sender, carry func(values *[]V) carrier) iter.Seq[Response[V]] {
	return func(yield func(Response[V]) bool) {
		values := make([]V, 1)
		each(ctx, s, from, carry(&values), func(r ReceiverInfo, err error) bool {
			response := Response[V]{Receiver: r, Value: values[0], Err: err}
			clear(values)
			return yield(response)
		})
	}
}

// EachError is Each for receivers that return no value.
func EachError[F, A, V any](ctx context.Context, s typed, from func() *Sender, args A, call Call[F, A, V]) iter.Seq2[ReceiverInfo, error] {
	return eachError(ctx, s, from, newCarrier(args, call, nil))
}

// eachError is the part of EachError that depends on no type.
//
//go:noinline
func eachError(ctx context.Context, s typed, from func() *Sender, carry carrier) iter.Seq2[ReceiverInfo, error] {
	return func(yield func(ReceiverInfo, error) bool) { each(ctx, s, from, carry, yield) }
}

// each is one loop of [Each]. To the carrier, every receiver is the first.
func each(ctx context.Context, s typed, from func() *Sender, carry carrier, yield func(ReceiverInfo, error) bool) {
	var sender *Sender
	if from != nil {
		sender = from()
	}
	send, ctx, err := begin(ctx, s, sender, Lazy, carry)
	if err != nil {
		yield(failedBeforeReceivers(err))
		return
	}
	finished := false
	defer func() { send.end(ctx, finished, nil) }()
	for _, conn := range send.receivers {
		responded, err := send.receive(ctx, conn, 0, carry)
		if isStop(err) || (responded || err != nil) && !yield(conn.info(), err) {
			break
		}
	}
	finished = true
}
