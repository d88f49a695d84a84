package sqlbridge_test

import (
	"context"
	"crypto/rand"
	"database/sql"
	"fmt"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/signalgen/signalgen/bridge"
	. "github.com/signalgen/signalgen/bridge/sql"
)

// receive subscribes as a group, until leave is called or the test ends. It does not
// settle the deliveries.
func receive(t testing.TB, transport *Transport, group string, opts bridge.SubscribeOptions) (deliveries <-chan bridge.Delivery, leave func()) {
	t.Helper()
	ctx, leave := context.WithCancel(context.Background())
	t.Cleanup(leave)
	all := make(chan bridge.Delivery, 1000)
	if err := transport.SubscribeWith(ctx, "order.Placed", group, opts, func(d bridge.Delivery) { all <- d }); err != nil {
		t.Fatal(err)
	}
	return all, leave
}

func next(t testing.TB, deliveries <-chan bridge.Delivery) bridge.Delivery {
	t.Helper()
	select {
	case d := <-deliveries:
		return d
	case <-time.After(patience):
		t.Fatal("received nothing")
		panic("unreachable")
	}
}

func publish(t testing.TB, transport *Transport, all ...*bridge.Envelope) {
	t.Helper()
	for _, e := range all {
		if err := transport.Publish(t.Context(), e); err != nil {
			t.Fatal(err)
		}
	}
}

// A member whose lease has ended cannot settle a delivery that another member has claimed.
func TestLostLease(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, on database) {
		for _, result := range []error{nil, errRefused, bridge.Poison(errRefused), bridge.ErrClosed} {
			db := on.openMigrated(t)
			one, other := on.transport(t, db, Lease(time.Hour)), on.transport(t, db)
			first, leave := receive(t, one, "mailer", bridge.SubscribeOptions{})
			publish(t, one, envelope("1"))
			d := next(t, first)
			leave() // so that the other member gets it
			if _, err := db.Exec("UPDATE signals_deliveries SET due = 0"); err != nil {
				t.Fatal(err)
			}
			second, leave := receive(t, other, "mailer", bridge.SubscribeOptions{})
			again := next(t, second)
			if d.Attempt != 1 || again.Attempt != 2 {
				t.Errorf("received attempts %d and %d, want 1 and 2", d.Attempt, again.Attempt)
			}
			d.Settle(result)
			if err := one.Close(); err != nil { // waits until the settlement is stored
				t.Fatal(err)
			}
			if n := count(t, db, "signals_deliveries WHERE state = 1 AND attempt = 2"); n != 1 {
				t.Errorf("settled with %v after the lease: found %d leased deliveries, want 1", result, n)
			}
			again.Settle(nil)
			waitDeliveries(t, db, 0)
			leave()
		}
	})
}

// The deliveries of a process that has died go to another one after their lease, and not
// earlier. That does not count as a failure.
func TestDeadProcess(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, on database) {
		db := on.openMigrated(t)
		transport := on.transport(t, db, Lease(time.Second))
		createGroup(t, transport, "mailer")
		publish(t, transport, envelope("1"))
		began := time.Now()
		if _, err := transport.Claim(t.Context(), "order.Placed", "mailer", "dead", 0); err != nil {
			t.Fatal(err)
		}
		deliveries, _ := receive(t, transport, "mailer", bridge.SubscribeOptions{MaxDeliver: 2})
		d := next(t, deliveries)
		if after := time.Since(began); after < 990*time.Millisecond || d.Attempt != 2 || d.Last {
			t.Errorf("received attempt %d after %v, last %v, want 2 after a second", d.Attempt, after, d.Last)
		}
		d.Settle(nil)
	})
}

// An event that crashes each process becomes a dead letter in the end.
func TestNeverSettled(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, on database) {
		db := on.openMigrated(t)
		transport := on.transport(t, db, MaxDeliver(2))
		createGroup(t, transport, "mailer")
		publish(t, transport, envelope("1"))
		if _, err := db.Exec("UPDATE signals_deliveries SET attempt = 7"); err != nil {
			t.Fatal(err)
		}
		deliveries, leave := receive(t, transport, "mailer", bridge.SubscribeOptions{})
		d := next(t, deliveries)
		leave()
		if _, err := db.Exec("UPDATE signals_deliveries SET due = 0, owner = 'dead'"); err != nil || d.Attempt != 8 {
			t.Fatal(d.Attempt, err)
		}
		receive(t, transport, "mailer", bridge.SubscribeOptions{})
		eventually(t, "the event is a dead letter", func() bool { return count(t, db, "signals_dead WHERE reason LIKE 'delivered 8 times%'") == 1 })
		d.Settle(nil) // after the lease
	})
}

// A claim whose answer is lost is not renewed together with other claims of its member, so
// that its lease ends.
func TestLostClaim(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, on database) {
		db := on.openMigrated(t)
		transport := on.transport(t, db, Lease(time.Hour), Batch(1))
		createGroup(t, transport, "mailer")
		publish(t, transport, envelope("1"), envelope("2"))
		deliveries, _ := receive(t, transport, "mailer", bridge.SubscribeOptions{})
		one, two := next(t, deliveries), next(t, deliveries)
		const lost = "UPDATE signals_deliveries SET attempt = 2, due = 1 + (SELECT max(due) FROM signals_deliveries) WHERE event = 1"
		for _, s := range []string{lost, "UPDATE signals_deliveries SET due = due - 1000"} {
			if _, err := db.Exec(s); err != nil {
				t.Fatal(err)
			}
		}
		if err := transport.Renew(); err != nil {
			t.Fatal(err)
		}
		if n := count(t, db, "signals_deliveries a JOIN signals_deliveries b ON a.event = 1 AND b.event = 2 AND a.due < b.due"); n != 1 {
			t.Error("the lost claim was renewed, or the other one was not")
		}
		if _, err := db.Exec("UPDATE signals_deliveries SET due = 0 WHERE event = 1"); err != nil {
			t.Fatal(err)
		}
		again := next(t, deliveries)
		if again.Envelope.ID != one.Envelope.ID || again.Attempt != 3 {
			t.Errorf("received attempt %d of %s, want 3 of %s", again.Attempt, again.Envelope.ID, one.Envelope.ID)
		}
		for _, d := range []bridge.Delivery{one, two, again} {
			d.Settle(nil)
		}
		waitEmpty(t, db)
	})
}

// Retries come after the pauses of Backoff, and the last failure makes a dead letter.
func TestBackoff(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, on database) {
		db := on.openMigrated(t)
		transport := on.transport(t, db)
		pauses := []time.Duration{200 * time.Millisecond, 400 * time.Millisecond}
		deliveries, _ := receive(t, transport, "mailer", bridge.SubscribeOptions{MaxDeliver: 3, Backoff: pauses})
		publish(t, transport, envelope("1"))
		for n := range 3 {
			began := time.Now()
			d := next(t, deliveries)
			if n > 0 && time.Since(began) < pauses[n-1]-50*time.Millisecond {
				t.Errorf("received attempt %d after %v, want %v", d.Attempt, time.Since(began), pauses[n-1])
			}
			if d.Attempt != n+1 || d.Last != (n == 2) {
				t.Errorf("received attempt %d, last %v, want %d, %v", d.Attempt, d.Last, n+1, n == 2)
			}
			d.Settle(errRefused)
		}
		eventually(t, "the event is a dead letter", func() bool { return count(t, db, "signals_dead WHERE attempts = 3 AND signal = 'order.Placed'") == 1 })
	})
}

// When a subscription ends, the rest of its batch is returned, and no attempt is counted.
func TestReturned(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, on database) {
		db := on.openMigrated(t)
		transport := on.transport(t, db)
		createGroup(t, transport, "mailer")
		publish(t, transport, envelope("1"), envelope("2"), envelope("3"))
		ctx, leave := context.WithCancel(t.Context())
		if err := transport.Subscribe(ctx, "order.Placed", "mailer", func(d bridge.Delivery) {
			leave()
			d.Settle(nil)
		}); err != nil {
			t.Fatal(err)
		}
		eventually(t, "the others are returned", func() bool {
			return count(t, db, "signals_deliveries WHERE attempt = 0 AND owner = '' AND failures = 0") == 2
		})
		wantIDs(t, receiveIDs(t, transport, "mailer"), "2", "3")
	})
}

// Members renew their leases.
func TestRenewed(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, on database) {
		db := on.openMigrated(t)
		transport := on.transport(t, db, Lease(time.Second))
		deliveries, _ := receive(t, transport, "mailer", bridge.SubscribeOptions{})
		publish(t, transport, envelope("1"))
		d := next(t, deliveries)
		if _, err := db.Exec("CREATE TABLE first AS SELECT due FROM signals_deliveries"); err != nil {
			t.Fatal(err)
		}
		eventually(t, "the lease is renewed", func() bool {
			return count(t, db, "signals_deliveries JOIN first ON signals_deliveries.due > first.due") == 1
		})
		d.Settle(nil)
	})
}

// A renewal that comes too late does not prolong the lease of a delivery that another member
// has claimed.
func TestRenewedTooLate(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, on database) {
		db := on.openMigrated(t)
		transport := on.transport(t, db, Lease(time.Hour))
		createGroup(t, transport, "mailer")
		publish(t, transport, keyed("a", 1), keyed("a", 2))
		ctx, leave := context.WithCancel(t.Context())
		defer leave()
		deliveries, suspended := make(chan bridge.Delivery, 10), make(chan struct{})
		if err := transport.Subscribe(ctx, "order.Placed", "mailer", func(d bridge.Delivery) {
			deliveries <- d
			<-suspended
		}); err != nil {
			t.Fatal(err)
		}
		next(t, deliveries).Settle(nil) // the first one is done, and the second one is claimed as well
		waitDeliveries(t, db, 1)
		if _, err := db.Exec("UPDATE signals_deliveries SET owner = 'other', attempt = 2"); err != nil {
			t.Fatal(err)
		}
		transport.Age(50 * time.Minute)
		if err := transport.Renew(); err != nil {
			t.Fatal(err)
		}
		transport.Age(20 * time.Minute)
		close(suspended)
		publish(t, transport, keyed("b", 3))
		d := next(t, deliveries)
		if d.Envelope.ID != "b.3" {
			t.Errorf("received attempt %d of %s, which another member has claimed", d.Attempt, d.Envelope.ID)
		}
		d.Settle(nil)
	})
}

// Leases are renewed while a settlement waits for a lock.
func TestRenewedDuringSettlement(t *testing.T) {
	on := databases["postgres"] // the only lock of SQLite is one that a renewal needs as well
	db := on.openMigrated(t)
	transport := on.transport(t, db, Lease(time.Hour))
	deliveries, _ := receive(t, transport, "mailer", bridge.SubscribeOptions{})
	publish(t, transport, envelope("1"), envelope("2"))
	one, two := next(t, deliveries), next(t, deliveries)
	if _, err := db.Exec("UPDATE signals_deliveries SET due = due - 1000"); err != nil {
		t.Fatal(err)
	}
	var due int64
	if err := db.QueryRow("SELECT max(due) FROM signals_deliveries").Scan(&due); err != nil {
		t.Fatal(err)
	}
	tx, err := db.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tx.Rollback() }()
	if _, err := tx.Exec("SELECT 1 FROM signals_events WHERE event_id = '1' FOR UPDATE"); err != nil {
		t.Fatal(err)
	}
	one.Settle(nil)
	waitForLock(t, db)
	if err := transport.Renew(); err != nil {
		t.Fatal(err)
	}
	if n := count(t, db, fmt.Sprintf("signals_deliveries WHERE event = 2 AND due > %d", due)); n != 1 {
		t.Error("the lease was not renewed")
	}
	two.Settle(nil)
}

// waitForLock waits until a statement in PostgreSQL waits for a lock.
func waitForLock(t *testing.T, db *sql.DB) {
	t.Helper()
	eventually(t, "a statement waits for a lock", func() bool {
		return count(t, db, "pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'") == 1
	})
}

// When receivers are faster than the database stores their settlements, the number of
// claims is bounded: if the process died, all of them would be delivered again.
func TestClaimsWaitForSettlements(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, on database) {
		const batch, events = 5, 100
		db := on.openMigrated(t)
		transport := on.transport(t, db, Batch(batch))
		createGroup(t, transport, "mailer")
		for i := range events {
			if err := transport.Publish(t.Context(), envelope(strconv.Itoa(i))); err != nil {
				t.Fatal(err)
			}
		}
		ctx, leave := context.WithCancel(t.Context())
		defer leave()
		var busy sync.WaitGroup
		for range 3 { // other writers
			busy.Go(func() {
				for ctx.Err() == nil {
					_ = transport.Publish(ctx, &bridge.Envelope{ID: rand.Text(), Source: "/", Type: "order.Cancelled"})
				}
			})
		}
		most, n := 0, 0
		done := make(chan struct{})
		err := transport.Subscribe(ctx, "order.Placed", "mailer", func(d bridge.Delivery) {
			most = max(most, count(t, db, "signals_deliveries WHERE state = 1"))
			d.Settle(nil)
			if n++; n == events {
				close(done)
			}
		})
		if err != nil {
			t.Fatal(err)
		}
		<-done
		if leave(); most > 2*batch {
			t.Errorf("found %d leased deliveries, want at most %d", most, 2*batch)
		}
		busy.Wait()
	})
}
