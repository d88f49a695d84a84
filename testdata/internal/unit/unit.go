// Package unit is internal to its module.
package unit

// Meter is a length.
type Meter int
