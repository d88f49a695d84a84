package runtime

import (
	"errors"
	"fmt"
)

var (
	// ErrStop is returned by a receiver to end the send without an error. No further
	// receiver is called, and a value returned with it is not a response. An error that
	// wraps ErrStop has the same effect. SendConcurrent treats it as nil, since all
	// receivers are already running.
	ErrStop = errors.New("stop sending")

	// ErrClosed is the error of a send on a closed signal. Senders get it wrapped in a
	// [*ReceiverError] that names the signal.
	ErrClosed = errors.New("signal is closed")

	// ErrQueueFull is the error of a send to an [Async] receiver with the overflow
	// [Fail] whose queue is full.
	ErrQueueFull = errors.New("queue is full")

	// ErrGoexit is the error of a receiver that called runtime.Goexit, as the FailNow
	// of a test does.
	ErrGoexit = errors.New("receiver ended its goroutine")

	// ErrUnwound is the error that an [Observer] gets for a call or a send that does
	// not return, because a panic or runtime.Goexit continues to the sender. The
	// observer is called while the goroutine unwinds, so runtime/debug.Stack still
	// shows the frames of the panic.
	ErrUnwound = errors.New("receiver panicked or ended its goroutine")
)

// closedError returns [ErrClosed] with the name of the signal.
func (c *core) closedError() error { return &ReceiverError{Signal: c.known().Name, Err: ErrClosed} }

// A ReceiverError says which receiver of which signal failed, and how.
type ReceiverError struct {
	Signal   string       // the signal's stable name
	Receiver ReceiverInfo // zero if the send failed before any receiver, as on a closed signal
	Err      error        // the error that the receiver returned, or a *PanicError
}

// Error names the signal and the receiver before the receiver's own error.
func (e *ReceiverError) Error() string {
	if e.Receiver == (ReceiverInfo{}) {
		return fmt.Sprintf("signal %s: %v", e.Signal, e.Err)
	}
	return fmt.Sprintf("signal %s: receiver %s: %v", e.Signal, e.Receiver.Name, e.Err)
}

// Unwrap returns what the receiver returned.
func (e *ReceiverError) Unwrap() error { return e.Err }

// A PanicError is a receiver's panic, as an error.
type PanicError struct {
	Value any    // the argument of panic; a *runtime.PanicNilError for panic(nil)
	Stack []byte // the goroutine's stack, as runtime/debug.Stack formats it
}

// Error returns the argument of panic, without the stack.
func (e *PanicError) Error() string { return fmt.Sprintf("panic: %v", e.Value) }

// Unwrap returns Value if it is an error, and nil otherwise.
func (e *PanicError) Unwrap() error {
	err, _ := e.Value.(error)
	return err
}

// A Response is what one receiver returned.
type Response[R any] struct {
	Receiver ReceiverInfo
	Value    R     // the value that the receiver returned, even with an error
	Err      error // the error that it returned, or a *PanicError; not a *ReceiverError
}
