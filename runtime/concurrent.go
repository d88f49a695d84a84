package runtime

import (
	"context"
	"runtime/debug"
	"sync"
)

// SendConcurrent calls every receiver in a goroutine of its own and waits for
// all. It returns their errors, joined.
func SendConcurrent[F, A, V any](ctx context.Context, s typed[A], from *Sender, args A, call Call[F, A, V]) error {
	_, err := GatherConcurrent(ctx, s, from, args, call)
	return err
}

// GatherConcurrent is SendConcurrent for receivers that return a value. There is
// a response for each receiver, in order.
func GatherConcurrent[F, A, V any](ctx context.Context, s typed[A], from *Sender, args A, call Call[F, A, V]) ([]Response[V], error) {
	send, ctx, err := begin(ctx, s, from, Concurrent, args)
	if err != nil {
		return nil, err
	}
	results := make([]result[V], len(send.receivers))
	var group sync.WaitGroup
	for i, conn := range send.receivers {
		group.Add(1)
		go func() {
			defer group.Done()
			results[i].run(func() (V, bool, error) { return callReceiver(ctx, &send, conn, call, args) })
		}()
	}
	group.Wait()

	var failures failures
	responses := make([]Response[V], 0, len(results))
	for i, r := range results {
		conn := send.receivers[i]
		if isStop(r.err) {
			r.err = nil
		}
		if r.err != nil {
			failures.add(conn, r.err)
		}
		if r.ok || r.err != nil {
			responses = append(responses, Response[V]{Receiver: conn.info(), Value: r.value, Err: r.err})
		}
	}
	err = failures.join()
	send.end(ctx, true, err)
	return responses, err
}

// result is what one receiver did.
type result[V any] struct {
	value V
	ok    bool // it has responded
	err   error
}

// run notes what call returns, or how else it ends.
func (r *result[V]) run(call func() (V, bool, error)) {
	returned := false
	defer func() {
		if returned {
			return
		}
		r.err = ErrGoexit
		if value := recover(); value != nil {
			r.err = &PanicError{Value: value, Stack: debug.Stack()}
		}
	}()
	r.value, r.ok, r.err = call()
	returned = true
}
