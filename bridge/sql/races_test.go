package sqlbridge_test

import (
	"context"
	"slices"
	"testing"

	"github.com/signalgen/signalgen/bridge"
	. "github.com/signalgen/signalgen/bridge/sql"
)

// once subscribes and leaves again, so that the group is there.
func once(t *testing.T, transport *Transport, group string) {
	t.Helper()
	ctx, leave := context.WithCancel(t.Context())
	defer leave()
	if err := transport.Subscribe(ctx, "order.Placed", group, func(d bridge.Delivery) { d.Settle(bridge.ErrClosed) }); err != nil {
		t.Fatal(err)
	}
}

// A claim that begins behind the first event takes nothing of a key of which an older
// one waits: it may have been committed late.
func TestClaimsOldestOfKey(t *testing.T) {
	onEach(t, func(t *testing.T, on database) {
		db := on.migrated(t)
		transport := on.over(t, db)
		once(t, transport, "mailer")
		for _, e := range []*bridge.Envelope{keyed("a", 1), keyed("b", 2), keyed("a", 3), envelope("none 4")} {
			if err := transport.Publish(t.Context(), e); err != nil {
				t.Fatal(err)
			}
		}
		claims := func(owner string, from int64, want ...int64) {
			t.Helper()
			if got, err := transport.Claim(t.Context(), "order.Placed", "mailer", owner, from); err != nil || !slices.Equal(got, want) {
				t.Errorf("%s claimed %v behind %d, %v, want %v", owner, got, from, err, want)
			}
		}
		claims("one", 1, 2, 4)
		claims("other", 0, 1, 3)
	})
}

// What another has in hand of a key keeps the rest of it waiting, until its lease ends.
func TestClaimsNoKeyOfOthers(t *testing.T) {
	onEach(t, func(t *testing.T, on database) {
		db := on.migrated(t)
		transport := on.over(t, db, Batch(1))
		once(t, transport, "mailer")
		for _, e := range []*bridge.Envelope{keyed("a", 1), keyed("a", 2), keyed("b", 3)} {
			if err := transport.Publish(t.Context(), e); err != nil {
				t.Fatal(err)
			}
		}
		var all []int64
		for _, owner := range []string{"dead", "other", "third"} { // the third finds nothing
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
		wants(t, heard(t, transport, "mailer"), "a.1", "a.2", "b.3")
	})
}

// A group that begins while a transaction is open hears what is committed then, also
// if another group is done with it before that.
func TestDoneBeforeCaughtUp(t *testing.T) {
	on := databases["postgres"]
	db := on.migrated(t)
	transport := on.over(t, db)
	ids := heard(t, transport, "mailer")
	tx, err := db.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	ctx := WithTx(t.Context(), tx)
	if err := transport.Publish(ctx, envelope("1")); err != nil {
		t.Fatal(err)
	}
	once(t, transport, "books")
	if err := tx.Commit(); err != nil {
		t.Fatal(err)
	}
	Committed(ctx)
	wants(t, ids, "1")
	settled(t, db, 0)
	wants(t, heard(t, transport, "books"), "1")
	empty(t, db)
}

// A group begins and catches up while another is about to delete an event that it is
// done with: the statement that deletes it sees the group too late, and must notice.
func TestDoneWhileCatchingUp(t *testing.T) {
	on := databases["postgres"]
	db := on.migrated(t)
	transport := on.over(t, db)
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
	eventually(t, "the deletion waits for the event", func() bool {
		var waiting int
		err := db.QueryRow("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'").Scan(&waiting)
		return err == nil && waiting == 1
	})
	if err := transport.Begin(t.Context(), tx, "order.Placed", "books", event); err != nil {
		t.Fatal(err)
	}
	if err := tx.Commit(); err != nil {
		t.Fatal(err)
	}
	settled(t, db, 1)
	wants(t, heard(t, transport, "books"), "1")
	empty(t, db)
}
