package runtime

import (
	"context"
	"slices"
)

// Middleware wraps a call of a receiver, for a timeout, a retry, a transaction, a lock,
// or a fault in a test. It may call call any number of times, with any ctx, in other
// goroutines, and after it has returned. The error that it returns, or its panic,
// counts as the receiver's. If the receiver returns a value, the response is the value
// of the last call, or the zero value if there was none.
//
// For an [Async] receiver, middleware runs in the receiver's goroutine. Observers are
// notified of each call of the receiver, but not of the middleware around it. If the
// receivers of a signal return no error, an error of the middleware goes to the
// [ErrorHandler].
//
// A call with middleware allocates a copy of the arguments, and a func for each
// middleware.
type Middleware func(ctx context.Context, r ReceiverInfo, call func(context.Context) error) error

// Around wraps each call of the receiver in middleware, the first outermost. Middleware
// of [Wrap] is outside it. Several Around options add up, the first outermost.
func Around(middleware ...Middleware) ConnectOption {
	return func(c *Connection) {
		if hasNil(middleware) {
			c.panicf("Around has a nil middleware")
		}
		if len(middleware) > 0 {
			c.ensureExtra().around = append(c.ensureExtra().around, middleware...)
		}
	}
}

// Wrap wraps each call of every receiver in middleware, the first outermost. Several
// Wrap options add up, the first outermost.
func Wrap(middleware ...Middleware) SetOption {
	if hasNil(middleware) {
		panic("signalgen: Wrap has a nil middleware")
	}
	return func(c *config) { c.middleware = append(slices.Clip(c.middleware), middleware...) }
}

func hasNil(middleware []Middleware) bool {
	return slices.ContainsFunc(middleware, func(m Middleware) bool { return m == nil })
}

// hooks holds the observers and the middleware of a signal.
type hooks struct {
	observers  observers
	middleware []Middleware // of Wrap
}

// around returns the middleware for calls of the receiver, the first outermost.
func (h hooks) around(c *Connection) []Middleware {
	switch {
	case c.extra == nil || c.extra.around == nil:
		return h.middleware
	case h.middleware == nil:
		return c.extra.around
	default:
		return slices.Concat(h.middleware, c.extra.around)
	}
}

// invoke calls a receiver, through middleware if there is any.
func (send *sending) invoke(ctx context.Context, conn *Connection, receiver Receiver, result any) error {
	if middleware := send.around(conn); len(middleware) > 0 {
		return send.invokeThrough(ctx, middleware, conn, receiver, result)
	}
	return send.call(ctx, conn, receiver, result)
}

// invokeThrough calls a receiver through middleware. The middleware may keep the call,
// so the arguments are copied.
func (send *sending) invokeThrough(ctx context.Context, middleware []Middleware, conn *Connection, receiver Receiver, result any) error {
	kept := &sending{info: send.info, kind: send.kind, args: send.kind.newArgs(), hooks: send.hooks}
	send.kind.copyArgs(kept.args, send.args)
	info := conn.info()
	call := func(ctx context.Context) error { return kept.call(ctx, conn, receiver, result) }
	for _, m := range slices.Backward(middleware) {
		next := call
		call = func(ctx context.Context) error { return m(ctx, info, next) }
	}
	return call(ctx)
}
