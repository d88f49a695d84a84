package sqlbridge_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/signalgen/signalgen/bridge"
	. "github.com/signalgen/signalgen/bridge/sql"
)

// A new group begins with what is still there, one from now on with what comes.
func TestFromNow(t *testing.T) {
	onEach(t, func(t *testing.T, on database) {
		db := on.migrated(t)
		transport := on.over(t, db)
		publish(t, transport, envelope("1"), envelope("2"))
		now, _ := handed(t, transport, "now", bridge.SubscribeOptions{FromNow: true})
		all := heard(t, transport, "all")
		wants(t, all, "1", "2")
		publish(t, transport, envelope("3"))
		d := next(t, now)
		if d.Envelope.ID != "3" {
			t.Errorf("from now on: %s", d.Envelope.ID)
		}
		d.Settle(nil)
		wants(t, all, "3")
		empty(t, db)
	})
}

// A group that is known goes on where it was, whatever it asks for.
func TestFromNowOfKnownGroup(t *testing.T) {
	onEach(t, func(t *testing.T, on database) {
		transport := on.over(t, on.migrated(t))
		once(t, transport, "mailer")
		publish(t, transport, envelope("1"))
		deliveries, _ := handed(t, transport, "mailer", bridge.SubscribeOptions{FromNow: true})
		d := next(t, deliveries)
		if d.Envelope.ID != "1" {
			t.Errorf("handed over %s", d.Envelope.ID)
		}
		d.Settle(nil)
	})
}

// A broadcast hears from now on, and leaves nothing behind: no dead letter, no group.
// An event that only broadcasts have heard is kept for the first lasting group.
func TestBroadcast(t *testing.T) {
	onEach(t, func(t *testing.T, on database) {
		db := on.migrated(t)
		transport := on.over(t, db)
		publish(t, transport, envelope("1"))
		brief := bridge.SubscribeOptions{Broadcast: true, MaxDeliver: 1}
		one, leaveOne := handed(t, transport, "one", brief)
		two, leaveTwo := handed(t, transport, "two", brief)
		publish(t, transport, envelope("2"))
		if d := next(t, one); d.Envelope.ID != "2" {
			t.Errorf("handed over %s", d.Envelope.ID)
		} else {
			d.Settle(errRefused)
		}
		next(t, two).Settle(nil)
		settled(t, db, 0)
		wants(t, heard(t, transport, "mailer"), "1", "2")
		empty(t, db)
		leaveOne()
		leaveTwo()
		eventually(t, "the broadcasts' groups have ended", func() bool { return count(t, db, "signals_groups WHERE name IS NOT NULL") == 1 })
	})
}

// A broadcast whose process has died is taken away after a while.
func TestBroadcastOfDeadProcess(t *testing.T) {
	onEach(t, func(t *testing.T, on database) {
		db := on.migrated(t)
		transport := on.over(t, db)
		once(t, transport, "mailer")
		if _, err := db.Exec("UPDATE signals_groups SET brief = true, seen = seen - 400000"); err != nil {
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

// A group that is removed takes with it what waits for it; others go on. A member that
// still runs begins anew.
func TestRemoveGroup(t *testing.T) {
	onEach(t, func(t *testing.T, on database) {
		db := on.migrated(t)
		transport := on.over(t, db, Poll(50*time.Millisecond))
		once(t, transport, "old")
		mailer := heard(t, transport, "mailer")
		publish(t, transport, envelope("1"))
		wants(t, mailer, "1")
		settled(t, db, 1)
		if err := transport.RemoveGroup(t.Context(), "order.Placed", "old"); err != nil {
			t.Fatal(err)
		}
		if err := transport.RemoveGroup(t.Context(), "order.Placed", "none"); err != nil {
			t.Errorf("a group that is not there: %v", err)
		}
		if err := transport.Clean(t.Context()); err != nil {
			t.Fatal(err)
		}
		empty(t, db)
		if err := transport.RemoveGroup(t.Context(), "order.Placed", "mailer"); err != nil {
			t.Fatal(err)
		}
		publish(t, transport, envelope("2"))
		wants(t, mailer, "2")
		empty(t, db)
		if _, err := db.Exec("UPDATE signals_groups SET seen = 0 WHERE name IS NULL"); err != nil {
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

// A member whose subscription ends while its group is removed leaves it removed.
func TestRemoveGroupOfLeavingMember(t *testing.T) {
	onEach(t, func(t *testing.T, on database) {
		db := on.migrated(t)
		transport := on.over(t, db)
		ctx, leave := context.WithCancel(t.Context())
		round, err := transport.Member(ctx, "order.Placed", "mailer")
		if err != nil {
			t.Fatal(err)
		}
		if err := transport.RemoveGroup(t.Context(), "order.Placed", "mailer"); err != nil {
			t.Fatal(err)
		}
		leave()
		if err := round(); !errors.Is(err, context.Canceled) {
			t.Errorf("found error %v, wanted %v", err, context.Canceled)
		}
		if n := count(t, db, "signals_groups WHERE name IS NOT NULL"); n != 0 {
			t.Errorf("%d groups are left, want 0", n)
		}
	})
}

// What is done is kept as long as Keep says, for a new group too; what nobody has
// heard as long as KeepUnheard says.
func TestKeep(t *testing.T) {
	onEach(t, func(t *testing.T, on database) {
		db := on.migrated(t)
		transport := on.over(t, db, Keep(time.Hour), KeepUnheard(time.Hour))
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
		wants(t, heard(t, transport, "mailer"), "1")
		eventually(t, "it is kept", func() bool { return count(t, db, "signals_deliveries WHERE state = 4") == 1 })
		wantEvents(2)
		wants(t, heard(t, transport, "later"), "1")
		eventually(t, "both are kept", func() bool { return count(t, db, "signals_deliveries WHERE state = 4") == 2 })
		if n := count(t, db, "signals_waiting"); n != 0 {
			t.Errorf("%d wait", n)
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
	onEach(t, func(t *testing.T, on database) {
		db := on.migrated(t)
		transport := on.over(t, db)
		lag := func() bridge.Lag {
			t.Helper()
			l, err := transport.Lag(t.Context(), "order.Placed", "mailer")
			if err != nil {
				t.Fatal(err)
			}
			return l
		}
		if l := lag(); l != (bridge.Lag{}) {
			t.Errorf("of nothing: %+v", l)
		}
		publish(t, transport, envelope("1"))
		if _, err := db.Exec("UPDATE signals_events SET stored = stored - 60000"); err != nil {
			t.Fatal(err)
		}
		if l := lag(); l.Waiting != 1 || l.Oldest < time.Minute || l.Oldest > 2*time.Minute {
			t.Errorf("of a group that is not there: %+v", l)
		}
		deliveries, leave := handed(t, transport, "mailer", bridge.SubscribeOptions{})
		d := next(t, deliveries)
		if l := lag(); l.InFlight != 1 || l.Waiting != 0 || l.Oldest < time.Minute {
			t.Errorf("in hand: %+v", l)
		}
		leave()
		d.Settle(bridge.Poison(errRefused))
		eventually(t, "it is dead", func() bool { return count(t, db, "signals_dead") == 1 })
		publish(t, transport, envelope("2"), envelope("3"))
		if l := lag(); l.Waiting != 2 || l.InFlight != 0 || l.Dead != 1 || l.Oldest > time.Minute {
			t.Errorf("%+v", l)
		}
		if n := count(t, db, "signals_waiting WHERE signal = 'order.Placed' AND group_name = 'mailer' AND state = 'waiting'"); n != 2 {
			t.Errorf("%d in the view, want 2", n)
		}
	})
}
