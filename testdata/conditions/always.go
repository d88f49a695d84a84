// Package conditions has signals that are in some builds only.
package conditions

// Always is in every build.
//
//signalgen:signal
type Always struct{ N int }
