package otel

import (
	"strconv"
	"sync"
	"testing"
)

func TestTable(t *testing.T) {
	var known table[string, int]
	if _, ok := known.get("a"); ok {
		t.Error("found something in an empty table")
	}
	if first, second := known.add("a", 1), known.add("a", 2); first != 1 || second != 1 {
		t.Errorf("got %d and %d, want what was added first", first, second)
	}
	if value, ok := known.get("a"); value != 1 || !ok {
		t.Errorf("got %d, %v", value, ok)
	}
	for n := range mostEntries {
		known.add(strconv.Itoa(n), n)
	}
	if value := known.add("one too many", 7); value != 7 {
		t.Errorf("got %d for one that is not kept", value)
	}
	if _, ok := known.get("one too many"); ok || len(*known.known.Load()) != mostEntries {
		t.Errorf("the table has %d entries", len(*known.known.Load()))
	}
}

func TestTableInParallel(t *testing.T) {
	var known table[int, int]
	var all sync.WaitGroup
	for n := range 8 {
		all.Go(func() {
			for key := range 50 {
				if value, ok := known.get(key); !ok {
					known.add(key, 100*n+key)
				} else if value%100 != key {
					t.Errorf("found %d for %d", value, key)
				}
			}
		})
	}
	all.Wait()
}
