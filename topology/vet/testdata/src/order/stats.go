package order

import "sync"

// Stats bring their lock along.
type Stats struct {
	sync.Mutex
	Count int
}
