package runtime

import (
	"context"
	"iter"
	"slices"
	"sync"
)

// A tap hears every send before the receivers do. It adds no response, and no
// error of a receiver keeps it from hearing.
type tap struct {
	conn    Connection
	deliver any    // a func(context.Context, A)
	end     func() // called when the signal is closed; may be nil
}

// listen adds a tap. It reports whether the signal is open.
func (c *core) listen(t *tap) bool {
	t.conn.core = c
	t.conn.extra = &extra{tap: t}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		t.conn.state.Store(disconnected)
		return false
	}
	c.taps = append(c.taps, t)
	c.refresh()
	return true
}

// unlisten removes a tap. The caller holds mu.
func (c *core) unlisten(t *tap) {
	c.taps = slices.DeleteFunc(c.taps, func(other *tap) bool { return other == t })
	c.refresh()
}

// Tap has hear called with the arguments of every send, before its receivers are.
// It counts for HasReceivers, is none of the Receivers, and hears nothing while
// the signal is muted.
func (s *Signal[A]) Tap(hear func(ctx context.Context, args any)) *Connection {
	t := &tap{deliver: func(ctx context.Context, args A) { hear(ctx, args) }}
	if hear == nil {
		panic("signalgen: a nil func was given to Tap")
	}
	s.core.listen(t)
	return &t.conn
}

// Next waits for the next send and returns what it carries. It returns the error
// of ctx when that is done first, and [ErrClosed] when the signal is closed.
func (s *Signal[A]) Next(ctx context.Context) (A, error) {
	sent, closed := make(chan A, 1), make(chan struct{})
	t := &tap{
		deliver: func(_ context.Context, args A) {
			select {
			case sent <- args:
			default:
			}
		},
		end: func() { close(closed) },
	}
	var none A
	if !s.core.listen(t) {
		return none, ErrClosed
	}
	defer t.conn.Disconnect()
	select {
	case args := <-sent:
		return args, nil
	case <-closed:
		return none, ErrClosed
	case <-ctx.Done():
		return none, ctx.Err()
	}
}

// Events returns a stream of every send from now on, until ctx is done or the
// signal is closed. It keeps as many as buffer, at least 1, for a reader that is
// slow, and drops the oldest when that is not enough.
func (s *Signal[A]) Events(ctx context.Context, buffer int) *Stream[A] {
	stream := &Stream[A]{
		ring: make([]A, max(buffer, 1)),
		wake: make(chan struct{}, 1),
		done: make(chan struct{}),
	}
	stream.tap = &tap{
		deliver: func(_ context.Context, args A) { stream.put(args) },
		end:     sync.OnceFunc(stream.finish),
	}
	if !s.core.listen(stream.tap) {
		stream.tap.end()
		return stream
	}
	stream.mu.Lock()
	defer stream.mu.Unlock()
	if !stream.finished {
		stream.forget = context.AfterFunc(ctx, stream.Close)
	}
	return stream
}

// A Stream is the sends of one signal, as [Signal.Events] returns it. It may be
// used from several goroutines; each send is then seen by one of them.
type Stream[A any] struct {
	tap  *tap
	wake chan struct{}
	done chan struct{} // closed when no more is to come

	mu       sync.Mutex // guards what follows
	ring     []A
	oldest   int // index of the oldest that is kept
	n        int // how many are kept
	dropped  uint64
	finished bool        // no more is to come
	forget   func() bool // stops waiting for ctx
}

// All returns an iterator over the sends. It waits for the next one, and ends
// when ctx is done or Close is called; when the signal is closed, after what was
// sent before.
func (s *Stream[A]) All() iter.Seq[A] {
	return func(yield func(A) bool) {
		for {
			if args, ok := s.take(); ok {
				if !yield(args) {
					return
				}
				continue
			}
			select {
			case <-s.wake:
			case <-s.done:
				if s.isEmpty() {
					return
				}
			}
		}
	}
}

// Dropped returns how many sends were dropped because the buffer was full.
func (s *Stream[A]) Dropped() uint64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.dropped
}

// Close ends the stream. What is buffered is dropped, but not counted as such.
func (s *Stream[A]) Close() {
	s.tap.conn.Disconnect()
	s.tap.end()
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.ring)
	s.n = 0
}

// finish ends the stream behind what is buffered.
func (s *Stream[A]) finish() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.finished = true
	if s.forget != nil {
		s.forget()
	}
	close(s.done)
}

func (s *Stream[A]) put(args A) {
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

func (s *Stream[A]) take() (args A, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.n == 0 {
		return args, false
	}
	var none A
	args, s.ring[s.oldest] = s.ring[s.oldest], none
	s.oldest = (s.oldest + 1) % len(s.ring)
	s.n--
	if s.n > 0 {
		signal(s.wake) // for another reader
	}
	return args, true
}

func (s *Stream[A]) isEmpty() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.n == 0
}
