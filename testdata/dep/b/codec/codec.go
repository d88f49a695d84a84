// Package codec is one of two of this name.
package codec

// Format is a format of b.
type Format struct{ Name string }
