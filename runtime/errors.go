package runtime

import "fmt"

// A ReceiverError says which receiver of which signal failed, and how.
type ReceiverError struct {
	Signal   string // the signal's stable name
	Receiver ReceiverInfo
	Err      error // what the receiver returned
}

// Error names the signal and the receiver before the receiver's own error.
func (e *ReceiverError) Error() string {
	return fmt.Sprintf("signal %s: receiver %s: %v", e.Signal, e.Receiver.Name, e.Err)
}

// Unwrap returns what the receiver returned.
func (e *ReceiverError) Unwrap() error {
	return e.Err
}
