package runtime

import (
	"context"
	"iter"
	"slices"
	"sync"
)

// A tap is called with every send before the receivers are: for Tap, Relay, Next and
// Events.
type tap struct {
	conn Connection
	name string                                          // the name of a relay
	call func(ctx context.Context, args any) (err error) // the sender gets the error
	end  func()                                          // called when the signal is closed; may be nil
}

// withoutError turns a func without an error into the call of a tap.
func withoutError(f func(ctx context.Context, args any)) func(context.Context, any) error {
	return func(ctx context.Context, args any) error { f(ctx, args); return nil }
}

func (t *tap) isConnected() bool { return t.conn.state.Load() != disconnected }

// listen adds a tap. It reports whether the signal is open.
func (c *core) listen(t *tap) bool {
	t.conn.core = c
	if t.conn.receives == nil {
		t.conn.receives = new(declaration)
	}
	t.conn.extra = &extra{tap: t, name: t.name}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		t.conn.state.Store(disconnected)
		return false
	}
	c.seq++
	t.conn.seq = c.seq
	c.taps = append(c.taps, t)
	c.refresh()
	return true
}

// unlisten removes a tap. The caller holds mu.
func (c *core) unlisten(t *tap) {
	c.taps = slices.DeleteFunc(c.taps, func(other *tap) bool { return other == t })
	c.refresh()
}

// Tap connects hear to the signal, for tools. Every send calls it with the arguments,
// before the receivers. A tap counts for HasReceivers, is not among the Receivers,
// hears nothing while the signal is muted, and survives DisconnectAll. A panic of hear
// is treated like that of a receiver: SendRobust and SendConcurrent turn it into an
// error and still call the receivers. Tap panics if hear is nil.
func (s *Signal) Tap(hear func(ctx context.Context, args any)) *Connection {
	if hear == nil {
		panic("signalgen: a nil func was given to Tap")
	}
	t := &tap{call: withoutError(hear)}
	t.conn.receives = declarationOf(entryOf(hear))
	s.base().listen(t)
	return &t.conn
}

// next waits for the next send and returns its arguments.
func (c *core) next(ctx context.Context) (args any, err error) {
	sent, closed := make(chan any, 1), make(chan struct{})
	t := &tap{
		call: withoutError(func(_ context.Context, args any) {
			select {
			case sent <- args:
			default:
			}
		}),
		end: func() { close(closed) },
	}
	if !c.listen(t) {
		return nil, c.closedError()
	}
	defer t.conn.Disconnect()
	select {
	case args := <-sent:
		return args, nil
	case <-closed:
		return nil, c.closedError()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// events returns a stream of all sends from now on. Its buffer holds the given number
// of sends, at least 1.
func (c *core) events(ctx context.Context, buffer int) *stream {
	s := &stream{
		ring: make([]any, max(buffer, 1)),
		wake: make(chan struct{}, 1),
		done: make(chan struct{}),
	}
	s.tap = &tap{
		call: withoutError(func(_ context.Context, args any) { s.put(args) }),
		end:  sync.OnceFunc(s.finish),
	}
	if !c.listen(s.tap) {
		s.tap.end()
		return s
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.finished {
		s.forget = context.AfterFunc(ctx, s.close)
	}
	return s
}

// A Stream buffers the sends of one signal, for a loop that receives them. The Events
// method of a signal returns one. It is safe for concurrent use: each send goes to one
// of the loops.
type Stream[A any] struct {
	stream *stream
}

// stream is a [Stream] without its type parameter.
type stream struct {
	tap  *tap
	wake chan struct{} // signals a send to a reader
	done chan struct{} // closed when no more sends will come

	mu       sync.Mutex // guards the fields below
	ring     []any      // the arguments of buffered sends
	oldest   int        // index of the oldest one
	n        int        // how many are buffered
	dropped  uint64
	finished bool        // no more sends will come
	forget   func() bool // stops waiting for ctx
}

// All returns an iterator over the arguments of the sends. It waits for the next send,
// and ends when the ctx of Events is done or Close is called. When the signal is
// closed, it ends after the sends that are still buffered.
func (s *Stream[A]) All() iter.Seq[A] {
	return func(yield func(A) bool) {
		for {
			sent, ok := s.stream.next()
			args, _ := sent.(A) // false for an A that is an interface and nil
			if !ok || !yield(args) {
				return
			}
		}
	}
}

// next waits for the next send. It returns false when no more will come.
func (s *stream) next() (args any, ok bool) {
	for {
		if args, ok := s.take(); ok {
			return args, true
		}
		select {
		case <-s.wake:
		case <-s.done:
			if s.isEmpty() {
				return nil, false
			}
		}
	}
}

// Dropped returns how many sends the stream has dropped because its buffer was full.
func (s *Stream[A]) Dropped() uint64 { return s.stream.missed() }

// Close ends the stream. It discards what is buffered, which Dropped does not count.
// Calling Close again has no effect.
func (s *Stream[A]) Close() { s.stream.close() }

func (s *stream) missed() uint64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.dropped
}

func (s *stream) close() {
	s.tap.conn.Disconnect()
	s.tap.end()
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.ring)
	s.n = 0
}

// finish ends the stream after the buffered sends.
func (s *stream) finish() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.finished = true
	if s.forget != nil {
		s.forget()
	}
	close(s.done)
}

func (s *stream) put(args any) {
	s.mu.Lock()
	if s.finished {
		s.mu.Unlock()
		return
	}
	if s.n == len(s.ring) {
		s.oldest = (s.oldest + 1) % len(s.ring)
		s.n--
		s.dropped++
	}
	s.ring[(s.oldest+s.n)%len(s.ring)] = args
	s.n++
	s.mu.Unlock()
	signal(s.wake)
}

func (s *stream) take() (args any, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.n == 0 {
		return args, false
	}
	args, s.ring[s.oldest] = s.ring[s.oldest], nil
	s.oldest = (s.oldest + 1) % len(s.ring)
	s.n--
	if s.n > 0 {
		signal(s.wake) // for another reader
	}
	return args, true
}

func (s *stream) isEmpty() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.n == 0
}
