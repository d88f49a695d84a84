package runtime

import "context"

// Gather is [Send] for receivers that return a value. It returns the values of all:
// those of before, and those of the receivers that are left.
func Gather[F, A, V any](ctx context.Context, s typed, from *Sender, left Calls[F], before []V, args *A, call Call[F, A, V]) ([]V, error) {
	var values []V
	return responded(ctx, s, from, left.walk, before, newCarrier(*args, call, &values), &values)
}

// GatherRobust calls every receiver, up to one that returns [ErrStop]. A panic is
// an error. It returns a response for each receiver, in order, and their errors,
// joined.
func GatherRobust[F, A, V any](ctx context.Context, s typed, from *Sender, args A, call Call[F, A, V]) ([]Response[V], error) {
	var values []V
	return responses(ctx, s, from, Robust, newCarrier(args, call, &values), &values)
}

// GatherConcurrent is [SendConcurrent] for receivers that return a value. There
// is a response for each receiver, in order.
func GatherConcurrent[F, A, V any](ctx context.Context, s typed, from *Sender, args A, call Call[F, A, V]) ([]Response[V], error) {
	var values []V
	return responses(ctx, s, from, Concurrent, newCarrier(args, call, &values), &values)
}

// responded sends and returns the values of the receivers that have responded.
// It depends on the type of the values alone, which signals have in common.
//
//go:noinline
func responded[V any](ctx context.Context, s typed, from *Sender, left walk, responses []V, carry carrier, values *[]V) ([]V, error) {
	if left.isUnready() {
		responses = nil // there is none, and a send that does not begin has no list of them
	}
	send, err := left.gather(ctx, s, from, carry)
	for i, o := range send.outcomes {
		if o.responded {
			responses = append(responses, (*values)[i])
		}
	}
	return responses, err
}

// gather sends to the receivers that are left.
func (w walk) gather(ctx context.Context, s typed, from *Sender, carry carrier) (*sending, error) {
	if w.isUnready() {
		return gather(ctx, s, from, Sequential, carry)
	}
	send := w.goOn(s, from)
	send.expect(ctx, carry)
	err := send.sequential(ctx, carry)
	return &send, err
}

// responses is like responded, for all that is to be said about a receiver.
//
//go:noinline
func responses[V any](ctx context.Context, s typed, from *Sender, mode SendMode, carry carrier, values *[]V) ([]Response[V], error) {
	send, err := gather(ctx, s, from, mode, carry)
	if send.outcomes == nil {
		return nil, err
	}
	responses := make([]Response[V], 0, len(send.outcomes))
	for i, o := range send.outcomes {
		if o.responded {
			responses = append(responses, Response[V]{Receiver: send.receivers[i].info(), Value: (*values)[i], Err: o.err})
		}
	}
	return responses, err
}

// gather sends. There are outcomes unless the signal is closed.
func gather(ctx context.Context, s typed, from *Sender, mode SendMode, carry carrier) (*sending, error) {
	send, ctx, err := begin(ctx, s, from, mode, carry)
	if err != nil {
		return &send, err
	}
	send.expect(ctx, carry)
	if mode == Concurrent {
		err = send.concurrent(ctx, carry)
	} else {
		err = send.run(ctx, carry)
	}
	return &send, err
}

// expect makes room for what the receivers return.
func (send *sending) expect(ctx context.Context, carry carrier) {
	_, _ = carry(ctx, makeRoom, nil, len(send.receivers), nil)
	send.outcomes = make([]outcome, len(send.receivers))
}
