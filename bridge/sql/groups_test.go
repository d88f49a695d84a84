package sqlbridge_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/signalgen/signalgen/bridge"
	. "github.com/signalgen/signalgen/bridge/sql"
)

// A new group starts with the events that are still there, and with FromNow with new ones.
func TestFromNow(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, on database) {
		db := on.openMigrated(t)
		transport := on.transport(t, db)
		publish(t, transport, envelope("1"), envelope("2"))
		now, _ := receive(t, transport, "now", bridge.SubscribeOptions{FromNow: true})
		all := receiveIDs(t, transport, "all")
		wantIDs(t, all, "1", "2")
		publish(t, transport, envelope("3"))
		d := next(t, now)
		if d.Envelope.ID != "3" {
			t.Errorf("received %s, want 3", d.Envelope.ID)
		}
		d.Settle(nil)
		wantIDs(t, all, "3")
		waitEmpty(t, db)
	})
}

// FromNow has no effect on a group that exists.
func TestFromNowOfExistingGroup(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, on database) {
		transport := on.transport(t, on.openMigrated(t))
		createGroup(t, transport, "mailer")
		publish(t, transport, envelope("1"))
		deliveries, _ := receive(t, transport, "mailer", bridge.SubscribeOptions{FromNow: true})
		d := next(t, deliveries)
		if d.Envelope.ID != "1" {
			t.Errorf("received %s", d.Envelope.ID)
		}
		d.Settle(nil)
	})
}

// A broadcast starts with new events, and leaves no dead letter and no group. An event
// that only broadcasts have received is kept for the first group that lasts.
func TestBroadcast(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, on database) {
		db := on.openMigrated(t)
		transport := on.transport(t, db)
		publish(t, transport, envelope("1"))
		broadcast := bridge.SubscribeOptions{Broadcast: true, MaxDeliver: 1}
		one, leaveOne := receive(t, transport, "one", broadcast)
		two, leaveTwo := receive(t, transport, "two", broadcast)
		publish(t, transport, envelope("2"))
		if d := next(t, one); d.Envelope.ID != "2" {
			t.Errorf("received %s", d.Envelope.ID)
		} else {
			d.Settle(errRefused)
		}
		next(t, two).Settle(nil)
		waitDeliveries(t, db, 0)
		wantIDs(t, receiveIDs(t, transport, "mailer"), "1", "2")
		waitEmpty(t, db)
		leaveOne()
		leaveTwo()
		eventually(t, "the groups of the broadcasts are removed", func() bool { return count(t, db, "signals_groups WHERE name IS NOT NULL") == 1 })
	})
}

// The group of a broadcast whose process has died is removed after a while.
func TestBroadcastOfDeadProcess(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, on database) {
		db := on.openMigrated(t)
		transport := on.transport(t, db)
		createGroup(t, transport, "mailer")
		if _, err := db.Exec("UPDATE signals_groups SET broadcast = true, last_seen = last_seen - 400000"); err != nil {
			t.Fatal(err)
		}
		publish(t, transport, envelope("1"))
		if err := transport.Clean(t.Context()); err != nil {
			t.Fatal(err)
		}
		if groups, deliveries := count(t, db, "signals_groups WHERE name IS NOT NULL"), count(t, db, "signals_deliveries"); groups+deliveries > 0 {
			t.Errorf("%d groups, %d deliveries", groups, deliveries)
		}
	})
}

// Removing a group deletes its deliveries and no others. A member that still runs creates
// the group again.
func TestRemoveGroup(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, on database) {
		db := on.openMigrated(t)
		transport := on.transport(t, db, Poll(50*time.Millisecond))
		createGroup(t, transport, "old")
		mailer := receiveIDs(t, transport, "mailer")
		publish(t, transport, envelope("1"))
		wantIDs(t, mailer, "1")
		waitDeliveries(t, db, 1)
		if err := transport.RemoveGroup(t.Context(), "order.Placed", "old"); err != nil {
			t.Fatal(err)
		}
		if err := transport.RemoveGroup(t.Context(), "order.Placed", "none"); err != nil {
			t.Errorf("found error %v for a group that does not exist", err)
		}
		if err := transport.Clean(t.Context()); err != nil {
			t.Fatal(err)
		}
		waitEmpty(t, db)
		if err := transport.RemoveGroup(t.Context(), "order.Placed", "mailer"); err != nil {
			t.Fatal(err)
		}
		publish(t, transport, envelope("2"))
		wantIDs(t, mailer, "2")
		waitEmpty(t, db)
		if _, err := db.Exec("UPDATE signals_groups SET last_seen = 0 WHERE name IS NULL"); err != nil {
			t.Fatal(err)
		}
		if err := transport.Clean(t.Context()); err != nil {
			t.Fatal(err)
		}
		if n := count(t, db, "signals_groups"); n != 1 {
			t.Errorf("%d groups are left, want 1", n)
		}
	})
}

// A member whose subscription has ended does not create its group again.
func TestRemoveGroupOfEndedMember(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, on database) {
		db := on.openMigrated(t)
		transport := on.transport(t, db)
		ctx, leave := context.WithCancel(t.Context())
		claimNext, err := transport.Join(ctx, "order.Placed", "mailer")
		if err != nil {
			t.Fatal(err)
		}
		if err := transport.RemoveGroup(t.Context(), "order.Placed", "mailer"); err != nil {
			t.Fatal(err)
		}
		leave()
		if err := claimNext(); !errors.Is(err, context.Canceled) {
			t.Errorf("found error %v, wanted %v", err, context.Canceled)
		}
		if n := count(t, db, "signals_groups WHERE name IS NOT NULL"); n != 0 {
			t.Errorf("%d groups are left, want 0", n)
		}
	})
}

// Keep is how long events are kept that all groups have done, for a new group too, and
// KeepUnheard is how long events are kept that never had a group.
func TestKeep(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, on database) {
		db := on.openMigrated(t)
		transport := on.transport(t, db, Keep(time.Hour), KeepUnheard(time.Hour))
		wantEvents := func(want int) {
			t.Helper()
			if err := transport.Clean(t.Context()); err != nil {
				t.Fatal(err)
			}
			if n := count(t, db, "signals_events"); n != want {
				t.Errorf("%d events, want %d", n, want)
			}
		}
		other := envelope("unheard")
		other.Type = "order.Paid"
		publish(t, transport, envelope("1"), other)
		wantIDs(t, receiveIDs(t, transport, "mailer"), "1")
		eventually(t, "the event is kept", func() bool { return count(t, db, "signals_deliveries WHERE state = 4") == 1 })
		wantEvents(2)
		wantIDs(t, receiveIDs(t, transport, "later"), "1")
		eventually(t, "both events are kept", func() bool { return count(t, db, "signals_deliveries WHERE state = 4") == 2 })
		if n := count(t, db, "signals_waiting"); n != 0 {
			t.Errorf("%d events are waiting, want 0", n)
		}
		if _, err := db.Exec("UPDATE signals_deliveries SET due = 0"); err != nil {
			t.Fatal(err)
		}
		wantEvents(1)
		if _, err := db.Exec("UPDATE signals_events SET stored = 0"); err != nil {
			t.Fatal(err)
		}
		wantEvents(0)
	})
}

func TestLag(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, on database) {
		db := on.openMigrated(t)
		transport := on.transport(t, db)
		lag := func() bridge.Lag {
			t.Helper()
			l, err := transport.Lag(t.Context(), "order.Placed", "mailer")
			if err != nil {
				t.Fatal(err)
			}
			return l
		}
		if l := lag(); l != (bridge.Lag{}) {
			t.Errorf("without events: %+v", l)
		}
		publish(t, transport, envelope("1"))
		if _, err := db.Exec("UPDATE signals_events SET stored = stored - 60000"); err != nil {
			t.Fatal(err)
		}
		if l := lag(); l.Waiting != 1 || l.Oldest < time.Minute || l.Oldest > 2*time.Minute {
			t.Errorf("for a group that does not exist: %+v", l)
		}
		deliveries, leave := receive(t, transport, "mailer", bridge.SubscribeOptions{})
		d := next(t, deliveries)
		if l := lag(); l.InFlight != 1 || l.Waiting != 0 || l.Oldest < time.Minute {
			t.Errorf("with a claimed event: %+v", l)
		}
		leave()
		d.Settle(bridge.Poison(errRefused))
		if err := transport.Close(); err != nil { // waits until the member has ended
			t.Fatal(err)
		}
		if n := count(t, db, "signals_dead"); n != 1 {
			t.Errorf("%d dead letters, want 1", n)
		}
		publish(t, transport, envelope("2"), envelope("3"))
		if l := lag(); l.Waiting != 2 || l.InFlight != 0 || l.Dead != 1 || l.Oldest > time.Minute {
			t.Errorf("%+v", l)
		}
		if n := count(t, db, "signals_waiting WHERE signal = 'order.Placed' AND group_name = 'mailer' AND state = 'waiting'"); n != 2 {
			t.Errorf("%d in the view, want 2", n)
		}
	})
}
