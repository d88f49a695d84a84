// Package helper sends for others.
package helper

import (
	"context"
	"sync"

	"example.com/vet/src/order"
)

// Place sends.
func Place(ctx context.Context) error { // want Place:"sends .*order.Placed.*"
	return order.SendPlaced(ctx, order.Placed{})
}

// PlaceLater sends in another goroutine.
func PlaceLater(ctx context.Context) {
	go func() { _ = order.SendPlaced(ctx, order.Placed{}) }()
}

// Guarded has a lock that others may hold.
type Guarded struct {
	sync.Mutex
	Name string
}

// PlaceUnlocked releases the lock of its caller.
func (g *Guarded) PlaceUnlocked(ctx context.Context) error { // want PlaceUnlocked:"sends .., releases true"
	g.Unlock()
	defer g.Lock()
	return Place(ctx)
}

// Nothing sends nothing.
func Nothing() {}
