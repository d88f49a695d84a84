package sqlbridge_test

import (
	"context"
	"slices"
	"testing"

	"github.com/signalgen/signalgen/bridge"
	. "github.com/signalgen/signalgen/bridge/sql"
)

// createGroup creates a group that has no members.
func createGroup(t *testing.T, transport *Transport, group string) {
	t.Helper()
	if _, err := transport.Join(t.Context(), "order.Placed", group); err != nil {
		t.Fatal(err)
	}
}

// A claim that does not start at the first event takes no event of a key that has an
// older one waiting, which may have been committed late.
func TestClaimsOldestOfKey(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, on database) {
		db := on.openMigrated(t)
		transport := on.transport(t, db)
		createGroup(t, transport, "mailer")
		for _, e := range []*bridge.Envelope{keyed("a", 1), keyed("b", 2), keyed("a", 3), envelope("none 4")} {
			if err := transport.Publish(t.Context(), e); err != nil {
				t.Fatal(err)
			}
		}
		claim := func(owner string, after int64, want ...int64) {
			t.Helper()
			if got, err := transport.Claim(t.Context(), "order.Placed", "mailer", owner, after); err != nil || !slices.Equal(got, want) {
				t.Errorf("%s claimed %v after %d, %v, want %v", owner, got, after, err, want)
			}
		}
		claim("one", 1, 2, 4)
		claim("other", 0, 1, 3)
	})
}

// While a member has claimed an event of a key, other members claim none of that key,
// until the lease ends.
func TestClaimsNoKeyOfOthers(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, on database) {
		db := on.openMigrated(t)
		transport := on.transport(t, db, Batch(1))
		createGroup(t, transport, "mailer")
		for _, e := range []*bridge.Envelope{keyed("a", 1), keyed("a", 2), keyed("b", 3)} {
			if err := transport.Publish(t.Context(), e); err != nil {
				t.Fatal(err)
			}
		}
		var all []int64
		for _, owner := range []string{"dead", "other", "third"} { // for the third there is nothing
			got, err := transport.Claim(t.Context(), "order.Placed", "mailer", owner, 0)
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, got...)
		}
		if !slices.Equal(all, []int64{1, 3}) {
			t.Errorf("claimed %v, want 1 and 3", all)
		}
		if _, err := db.Exec("UPDATE signals_deliveries SET due = 0 WHERE state = 1"); err != nil { // the leases have ended
			t.Fatal(err)
		}
		wantIDs(t, receiveIDs(t, transport, "mailer"), "a.1", "a.2", "b.3")
	})
}

// The commit of a claim takes longer than its lease. A member that polls before the commit,
// and claims after it, claims no later event of the same key.
func TestClaimCommittedAfterItsLease(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, on database) {
		db := on.openMigrated(t)
		transport := on.transport(t, db)
		createGroup(t, transport, "mailer")
		publish(t, transport, keyed("a", 1), keyed("a", 2), keyed("b", 3))
		got, err := transport.ClaimAfter(t.Context(), "order.Placed", "mailer", "one", 0, func() {
			if _, err := db.Exec("UPDATE signals_deliveries SET state = 1, owner = 'slow', attempt = 1, due = 1 WHERE event = 1"); err != nil {
				t.Fatal(err)
			}
		})
		if want := []int64{3}; err != nil || !slices.Equal(got, want) {
			t.Errorf("claimed %v, %v, want %v", got, err, want)
		}
		wantInOrder(t, receiveIDs(t, transport, "mailer"), 2)
	})
}

// A group that is created while a transaction is open gets the events of that
// transaction, even if another group has done them before the backfill.
func TestDoneBeforeBackfill(t *testing.T) {
	on := databases["postgres"]
	db := on.openMigrated(t)
	transport := on.transport(t, db)
	createGroup(t, transport, "mailer")
	tx, err := db.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := transport.Publish(WithTx(t.Context(), tx), envelope("1")); err != nil {
		t.Fatal(err)
	}
	createGroup(t, transport, "books")
	if err := tx.Commit(); err != nil {
		t.Fatal(err)
	}
	if err := transport.Done(t.Context(), "order.Placed", "mailer"); err != nil {
		t.Fatal(err)
	}
	if events, deliveries := count(t, db, "signals_events"), count(t, db, "signals_deliveries"); events != 1 || deliveries != 0 {
		t.Fatalf("%d events and %d deliveries, want 1 and 0", events, deliveries)
	}
	wantIDs(t, receiveIDs(t, transport, "books"), "1")
	waitEmpty(t, db)
}

// A group is created and backfilled while another group is about to delete the event: the
// statement that deletes it does not see the new group, and must notice the backfill.
func TestDoneDuringBackfill(t *testing.T) {
	on := databases["postgres"]
	db := on.openMigrated(t)
	transport := on.transport(t, db)
	deliveries := make(chan bridge.Delivery, 1)
	ctx, leave := context.WithCancel(t.Context())
	defer leave()
	if err := transport.Subscribe(ctx, "order.Placed", "mailer", func(d bridge.Delivery) { deliveries <- d }); err != nil {
		t.Fatal(err)
	}
	if err := transport.Publish(t.Context(), envelope("1")); err != nil {
		t.Fatal(err)
	}
	d := <-deliveries
	tx, err := db.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	var event int64
	if err := tx.QueryRow("SELECT id FROM signals_events FOR UPDATE").Scan(&event); err != nil {
		t.Fatal(err)
	}
	d.Settle(nil)
	waitForLock(t, db)
	if err := transport.CreateGroup(t.Context(), tx, "order.Placed", "books", event); err != nil {
		t.Fatal(err)
	}
	if err := tx.Commit(); err != nil {
		t.Fatal(err)
	}
	waitDeliveries(t, db, 1)
	wantIDs(t, receiveIDs(t, transport, "books"), "1")
	waitEmpty(t, db)
}
