// Package order has signals of all forms.
package order

import "context"

// An Item is part of an order.
type Item struct{ Name string }

// Placed is a payload with all that can be shared.
//
//signalgen:signal
type Placed struct {
	ID     int
	Names  []string
	Items  []*Item
	Tags   map[string]string
	First  *Item
	Stats  *Stats
	Labels [2]string
	*Note
}

// A Note is embedded.
type Note struct{ Text string }

// Tags is a payload that is a map.
//
//signalgen:signal
type Tags map[string]string

// Checking can refuse.
//
//signalgen:signal
type Checking func(ctx context.Context, id int) error

// Pricing responds.
//
//signalgen:signal
type Pricing func(ctx context.Context, id int) int

// Quoting responds, and can refuse.
//
//signalgen:signal
type Quoting func(ctx context.Context, id int) (int, error)

// Told cannot refuse.
//
//signalgen:signal
type Told func(ctx context.Context, id int)

// Filling is sent what its receivers fill in.
//
//signalgen:signal
type Filling func(ctx context.Context, item *Item, names []string) error

// Saved has a sender.
//
//signalgen:signal sender
type Saved struct {
	Sender *Item
}
