// Package day is in a folder whose name is a number.
package day

// Day is a day.
type Day int
