// Package payload declares signals of every kind of payload.
package payload

import (
	"net/url"

	"example.com/signals/dep/yaml.v3"
)

// Started is a struct.
//
//signalgen:signal
type Started struct{ Addr string }

// Node holds pointers.
//
//signalgen:signal
type Node struct {
	Next  *Node
	Names *[]string
}

// Moved is another package's type.
//
//signalgen:signal
type Moved = url.URL

//signalgen:signal
type Loaded yaml.Node

// A group of declarations, each with a directive of its own.
type (
	// Lines is a slice.
	//
	//signalgen:signal
	Lines []string

	// Ports is a map.
	//
	//signalgen:signal
	Ports map[string]int

	// Plain is no signal.
	Plain int

	// Named is an interface.
	//
	//signalgen:signal
	Named interface{ Name() string }

	// Topic is a string.
	//
	//signalgen:signal
	Topic string

	// Link is a pointer.
	//
	//signalgen:signal
	Link *Node

	// Feed is a channel.
	//
	//signalgen:signal
	Feed <-chan int

	// Grid is an array.
	//
	//signalgen:signal
	Grid [2][3]int
)
