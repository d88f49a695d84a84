// Package even has a name that its path does not tell.
package even

// Number is even.
type Number int
