// Package v1 has the name of its version.
package v1

// Object is an object.
type Object struct{ Name string }
