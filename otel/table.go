package otel

import (
	"maps"
	"sync"
	"sync/atomic"
)

// A table keeps what is made once for each of a few keys. Looking something up takes no
// lock and does not allocate.
type table[K comparable, V any] struct {
	mu    sync.Mutex // held while entries changes
	known atomic.Pointer[map[K]V]
}

// mostEntries limits a table, so that names made at run time do not fill the memory.
const mostEntries = 2000

// get returns what is kept for a key.
func (t *table[K, V]) get(key K) (value V, ok bool) {
	if known := t.known.Load(); known != nil {
		value, ok = (*known)[key]
	}
	return value, ok
}

// add keeps value for a key, if there is room, and returns the value to use: another
// goroutine may have added one first.
func (t *table[K, V]) add(key K, value V) V {
	t.mu.Lock()
	defer t.mu.Unlock()
	if value, ok := t.get(key); ok {
		return value
	}
	next := make(map[K]V)
	if known := t.known.Load(); known != nil {
		if len(*known) == mostEntries {
			return value
		}
		maps.Copy(next, *known)
	}
	next[key] = value
	t.known.Store(&next)
	return value
}
