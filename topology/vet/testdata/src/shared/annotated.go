package shared

import "example.com/vet/src/order"

//signalgen:receiver
func annotated(data order.Placed) {
	data.Tags["seen"] = "yes" // want `data.Tags`
}

// A Shelf is an owner.
type Shelf struct{ tags map[string]string }

// Put writes to what is the shelf's.
//
//signalgen:receiver
func (s Shelf) Put(data order.Placed) {
	s.tags["seen"] = "yes"
	data.Items[0] = nil // want `data.Items`
}
