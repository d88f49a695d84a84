// Package context is not that of the standard library.
package context

// Place is a place.
type Place string
