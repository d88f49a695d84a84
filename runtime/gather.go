package runtime

import "context"

// gather sends, and stores the values that receivers return in the slots that room
// makes for n receivers. The result has no outcomes if the signal is closed.
func (k *Kind) gather(ctx context.Context, s *Signal, left Calls, mode SendMode, args any, room func(n int) slots) (*sending, error) {
	send := sending{info: SendInfo{Signal: s, Mode: mode}, kind: k, args: args}
	ctx, err := send.begin(ctx, s, left)
	if err != nil {
		return &send, err
	}
	send.expect(room)
	if mode == Concurrent {
		err = send.concurrent(ctx)
	} else {
		err = send.run(ctx)
	}
	return &send, err
}

// expect makes room for the values and outcomes of the receivers.
func (send *sending) expect(room func(n int) slots) {
	send.slots = room(len(send.receivers))
	send.outcomes = make([]outcome, len(send.receivers))
}

// gatherLeft continues where the loop of [Gather] stopped. It returns the values in
// before and those of the remaining receivers.
//
//go:noinline
func gatherLeft[R any](ctx context.Context, k *Kind, s *Signal, left Calls, args any, before []R) ([]R, error) {
	var values []R
	kept := k.newArgs() // args may be on the stack, and the returned sending is on the heap
	k.copyArgs(kept, args)
	send, err := k.gatherRest(ctx, s, left, kept, func(n int) slots {
		values = make([]R, n)
		return func(i int) any { return &values[i] }
	})
	if left.isUnready() {
		before = nil // it is empty, and a send that fails to begin returns nil
	}
	for i, o := range send.outcomes {
		if o.responded {
			before = append(before, values[i])
		}
	}
	return before, err
}

// gatherRest sends to the remaining receivers.
func (k *Kind) gatherRest(ctx context.Context, s *Signal, left Calls, args any, room func(n int) slots) (*sending, error) {
	if left.isUnready() {
		return k.gather(ctx, s, left, Sequential, args, room)
	}
	send := sending{kind: k, args: args, receivers: left.rest(s)}
	send.expect(room)
	err := send.sequential(ctx)
	return &send, err
}

// responses returns a Response for each receiver that has responded.
func responses[R any](send *sending, values []R) []Response[R] {
	if send.outcomes == nil {
		return nil
	}
	responses := make([]Response[R], 0, len(send.outcomes))
	for i, o := range send.outcomes {
		if o.responded {
			responses = append(responses, Response[R]{Receiver: send.receivers[i].info(), Value: values[i], Err: o.err})
		}
	}
	return responses
}
