package sqlbridge_test

import (
	"context"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/signalgen/signalgen/bridge"
	. "github.com/signalgen/signalgen/bridge/sql"
)

// wantInOrder receives a number of events, and checks that those of each key come in the
// order of their numbers.
func wantInOrder(t *testing.T, ids <-chan string, n int) {
	t.Helper()
	last := make(map[string]int)
	for range n {
		var id string
		select {
		case id = <-ids:
		case <-time.After(patience):
			t.Fatal("received nothing")
		}
		key, number, _ := strings.Cut(id, ".")
		i, err := strconv.Atoi(number)
		if err != nil {
			t.Fatal(err)
		}
		if i < last[key] {
			t.Errorf("received %s after %d", id, last[key])
		}
		last[key] = i
	}
}

// When a process dies, the leases of one key can end at different times. Its events come
// in order all the same.
func TestOrderAfterDeath(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, on database) {
		const keys, each = 20, 10
		db := on.openMigrated(t)
		transport := on.transport(t, db, Batch(7))
		createGroup(t, transport, "mailer")
		for n := range each {
			for key := range keys {
				publish(t, transport, keyed(strconv.Itoa(key), n))
			}
		}
		// Earlier and later events have leases in any order; a quarter has none.
		leased := `UPDATE signals_deliveries SET state = 1, owner = 'dead', attempt = 1, due = (
			SELECT max(stored) FROM signals_events) + event * 7919 % 500 WHERE event % 4 <> 0`
		if _, err := db.Exec(leased); err != nil {
			t.Fatal(err)
		}
		wantInOrder(t, receiveIDs(t, transport, "mailer"), keys*each)
	})
}

// A member whose leases have expired in the middle of a batch does not deliver the rest of
// it. It claims these events again before later ones of the same key.
func TestOrderAfterExpiry(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, on database) {
		db := on.openMigrated(t)
		transport := on.transport(t, db, Batch(3), Lease(2*time.Second))
		createGroup(t, transport, "mailer")
		publish(t, transport, keyed("b", 0), keyed("a", 1), keyed("a", 2), keyed("a", 3), keyed("a", 4))
		ids := make(chan string, 10)
		expire := sync.OnceFunc(func() { transport.Age(2 * time.Second) })
		ctx, leave := context.WithCancel(t.Context())
		defer leave()
		if err := transport.Subscribe(ctx, "order.Placed", "mailer", func(d bridge.Delivery) {
			expire()
			ids <- d.Envelope.ID
			d.Settle(nil)
		}); err != nil {
			t.Fatal(err)
		}
		wantIDs(t, ids, "b.0", "a.1", "a.2", "a.3", "a.4")
		waitEmpty(t, db)
	})
}

// Events of one key that a member gives back, in any order, come in order again.
func TestOrderOfReturned(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, on database) {
		const events = 5
		db := on.openMigrated(t)
		leaving, transport := on.transport(t, db), on.transport(t, db, Batch(1))
		deliveries, leave := receive(t, leaving, "mailer", bridge.SubscribeOptions{})
		for n := range events {
			publish(t, leaving, keyed("a", n))
		}
		var all []bridge.Delivery
		for range events {
			all = append(all, next(t, deliveries))
		}
		leave()
		for i := range all {
			all[len(all)-1-i].Settle(bridge.ErrClosed)
			eventually(t, "it is stored", func() bool { return count(t, db, "signals_deliveries WHERE attempt = 0") == i+1 })
		}
		wantInOrder(t, receiveIDs(t, transport, "mailer"), events)
	})
}
