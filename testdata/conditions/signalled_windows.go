package conditions

// Signalled is another one here.
//
//signalgen:signal
type Signalled struct{}
