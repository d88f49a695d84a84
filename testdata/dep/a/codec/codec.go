// Package codec is one of two of this name.
package codec

// Format is a format of a.
type Format struct{ Name string }
