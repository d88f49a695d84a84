package sqlbridge_test

import (
	"context"
	"crypto/rand"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/signalgen/signalgen/bridge"
	. "github.com/signalgen/signalgen/bridge/sql"
)

// handed subscribes as a group, until leave or the end of the test. What it is handed
// comes in the channel, and is not settled.
func handed(t testing.TB, transport *Transport, group string, opts bridge.SubscribeOptions) (deliveries <-chan bridge.Delivery, leave func()) {
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
	case <-time.After(20 * time.Second):
		t.Fatal("nothing was handed over")
		panic("not reached")
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

// A member whose lease has ended cannot settle what another one has claimed, be it as
// done or as failed.
func TestLostLease(t *testing.T) {
	onEach(t, func(t *testing.T, on database) {
		for _, result := range []error{nil, errRefused, bridge.Poison(errRefused), bridge.ErrClosed} {
			db := on.migrated(t)
			transport := on.over(t, db)
			first, leave := handed(t, transport, "mailer", bridge.SubscribeOptions{})
			publish(t, transport, envelope("1"))
			d := next(t, first)
			leave() // so that the other gets it
			if _, err := db.Exec("UPDATE signals_deliveries SET due = 0"); err != nil {
				t.Fatal(err)
			}
			second, leave := handed(t, transport, "mailer", bridge.SubscribeOptions{})
			again := next(t, second)
			if d.Attempt != 1 || again.Attempt != 2 {
				t.Errorf("attempts %d and %d, want 1 and 2", d.Attempt, again.Attempt)
			}
			d.Settle(result)
			time.Sleep(100 * time.Millisecond) // for what must not happen
			if n := count(t, db, "signals_deliveries WHERE state = 1 AND attempt = 2"); n != 1 {
				t.Errorf("settled with %v by a member that has lost it: %d deliveries are in hand, want 1", result, n)
			}
			again.Settle(nil)
			settled(t, db, 0)
			leave()
		}
	})
}

// What is in the hands of a process that has died goes to another one when its lease
// has ended, and not before. A failure on the way is not counted.
func TestDeadProcess(t *testing.T) {
	onEach(t, func(t *testing.T, on database) {
		db := on.migrated(t)
		transport := on.over(t, db, Lease(time.Second))
		once(t, transport, "mailer")
		publish(t, transport, envelope("1"))
		if _, err := transport.Claim(t.Context(), "order.Placed", "mailer", "dead", 0); err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		deliveries, _ := handed(t, transport, "mailer", bridge.SubscribeOptions{MaxDeliver: 2})
		d := next(t, deliveries)
		if after := time.Since(began); after < 900*time.Millisecond || d.Attempt != 2 || d.Last {
			t.Errorf("attempt %d after %v, last %v, want 2 after a second", d.Attempt, after, d.Last)
		}
		d.Settle(nil)
	})
}

// An event that takes each process down with it becomes a dead letter in the end.
func TestNeverSettled(t *testing.T) {
	onEach(t, func(t *testing.T, on database) {
		db := on.migrated(t)
		transport := on.over(t, db, MaxDeliver(2))
		once(t, transport, "mailer")
		publish(t, transport, envelope("1"))
		if _, err := db.Exec("UPDATE signals_deliveries SET attempt = 7"); err != nil {
			t.Fatal(err)
		}
		deliveries, leave := handed(t, transport, "mailer", bridge.SubscribeOptions{})
		d := next(t, deliveries)
		leave()
		if _, err := db.Exec("UPDATE signals_deliveries SET due = 0, owner = 'dead'"); err != nil || d.Attempt != 8 {
			t.Fatal(d.Attempt, err)
		}
		handed(t, transport, "mailer", bridge.SubscribeOptions{})
		eventually(t, "it is dead", func() bool { return count(t, db, "signals_dead WHERE reason LIKE 'handed over 8 times%'") == 1 })
		d.Settle(nil) // too late
	})
}

// A claim whose answer is lost is not renewed by those that came through: its lease ends.
func TestLostClaim(t *testing.T) {
	onEach(t, func(t *testing.T, on database) {
		db := on.migrated(t)
		transport := on.over(t, db, Lease(600*time.Millisecond), Batch(1))
		once(t, transport, "mailer")
		publish(t, transport, envelope("1"), envelope("2"))
		deliveries, _ := handed(t, transport, "mailer", bridge.SubscribeOptions{})
		one, two := next(t, deliveries), next(t, deliveries)
		if _, err := db.Exec("UPDATE signals_deliveries SET attempt = 2 WHERE event = 1"); err != nil { // as the lost one has it
			t.Fatal(err)
		}
		again := next(t, deliveries)
		if again.Envelope.ID != one.Envelope.ID || again.Attempt != 3 {
			t.Errorf("handed over %s, attempt %d", again.Envelope.ID, again.Attempt)
		}
		for _, d := range []bridge.Delivery{one, two, again} {
			d.Settle(nil)
		}
		empty(t, db)
	})
}

// The pauses are those that were asked for, and the last failure makes a dead letter.
func TestBackoff(t *testing.T) {
	onEach(t, func(t *testing.T, on database) {
		db := on.migrated(t)
		transport := on.over(t, db)
		pauses := []time.Duration{200 * time.Millisecond, 400 * time.Millisecond}
		deliveries, _ := handed(t, transport, "mailer", bridge.SubscribeOptions{MaxDeliver: 3, Backoff: pauses})
		publish(t, transport, envelope("1"))
		for n := range 3 {
			began := time.Now()
			d := next(t, deliveries)
			if n > 0 && time.Since(began) < pauses[n-1]-50*time.Millisecond {
				t.Errorf("attempt %d after %v, want %v", d.Attempt, time.Since(began), pauses[n-1])
			}
			if d.Attempt != n+1 || d.Last != (n == 2) {
				t.Errorf("attempt %d, last %v", d.Attempt, d.Last)
			}
			d.Settle(errRefused)
		}
		eventually(t, "it is dead", func() bool { return count(t, db, "signals_dead WHERE attempts = 3 AND signal = 'order.Placed'") == 1 })
	})
}

// What is left of a batch when a subscription ends is not an attempt.
func TestGivenBack(t *testing.T) {
	onEach(t, func(t *testing.T, on database) {
		db := on.migrated(t)
		transport := on.over(t, db)
		once(t, transport, "mailer")
		publish(t, transport, envelope("1"), envelope("2"), envelope("3"))
		ctx, leave := context.WithCancel(t.Context())
		if err := transport.Subscribe(ctx, "order.Placed", "mailer", func(d bridge.Delivery) {
			leave()
			d.Settle(nil)
		}); err != nil {
			t.Fatal(err)
		}
		eventually(t, "the others are given back", func() bool {
			return count(t, db, "signals_deliveries WHERE attempt = 0 AND owner = '' AND failed = 0") == 2
		})
		wants(t, heard(t, transport, "mailer"), "2", "3")
	})
}

// What is held for longer than a lease is not handed over again, not even while the
// member cannot write how something else was settled.
func TestRenewed(t *testing.T) {
	onEach(t, func(t *testing.T, on database) {
		t.Parallel()
		db := on.migrated(t)
		transport := on.over(t, db, Lease(3*time.Second))
		one, _ := handed(t, transport, "mailer", bridge.SubscribeOptions{})
		two, _ := handed(t, transport, "mailer", bridge.SubscribeOptions{})
		publish(t, transport, envelope("1"), envelope("2"))
		var all []bridge.Delivery
		for range 2 {
			select {
			case d := <-one:
				all = append(all, d)
			case d := <-two:
				all = append(all, d)
			case <-time.After(20 * time.Second):
				t.Fatal("nothing was handed over")
			}
		}
		if on.dialect == Postgres { // SQLite has no locks but one, which a renewal needs as well
			tx, err := db.BeginTx(t.Context(), nil)
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = tx.Rollback() }()
			if _, err := tx.Exec("SELECT 1 FROM signals_events WHERE event_id = $1 FOR UPDATE", all[0].Envelope.ID); err != nil {
				t.Fatal(err)
			}
			all[0].Settle(nil)
			all = all[1:]
		}
		select {
		case d := <-one:
			t.Errorf("handed over %s again", d.Envelope.ID)
		case d := <-two:
			t.Errorf("handed over %s again", d.Envelope.ID)
		case <-time.After(5 * time.Second):
		}
		for _, d := range all {
			d.Settle(nil)
		}
	})
}

// Receivers may be faster than the database notes that they are done. What is claimed
// meanwhile is bounded, for all of it is heard again if the process dies.
func TestClaimsNoMoreThanItSettles(t *testing.T) {
	onEach(t, func(t *testing.T, on database) {
		const batch, events = 5, 400
		db := on.migrated(t)
		transport := on.over(t, db, Batch(batch))
		once(t, transport, "mailer")
		for i := range events {
			if err := transport.Publish(t.Context(), envelope(strconv.Itoa(i))); err != nil {
				t.Fatal(err)
			}
		}
		ctx, leave := context.WithCancel(t.Context())
		defer leave()
		var busy sync.WaitGroup
		for range 3 { // others that write
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
			t.Errorf("%d in hand, want at most %d", most, 2*batch)
		}
		busy.Wait()
	})
}
