package sqlbridge_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/signalgen/signalgen/bridge"
	. "github.com/signalgen/signalgen/bridge/sql"
)

// dead makes dead letters of events, for a group that has no members then.
func dead(t *testing.T, transport *Transport, group, reason string, all ...*bridge.Envelope) {
	t.Helper()
	deliveries, leave := handed(t, transport, group, bridge.SubscribeOptions{FromNow: true})
	publish(t, transport, all...)
	for range all {
		next(t, deliveries).Settle(bridge.Poison(errors.New(reason)))
	}
	eventually(t, "they are dead", func() bool {
		l, err := transport.Lag(t.Context(), "order.Placed", group)
		return err == nil && l.InFlight == 0 && l.Waiting == 0
	})
	leave()
}

// listed returns the dead letters.
func listed(t testing.TB, transport *Transport) (all []DeadLetter) {
	t.Helper()
	for l, err := range transport.DeadLetters(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, l)
	}
	return all
}

func TestDeadLetters(t *testing.T) {
	onEach(t, func(t *testing.T, on database) {
		db := on.migrated(t)
		transport := on.over(t, db)
		e := envelope("1")
		e.Data, e.Extensions = []byte("data"), map[string]string{"tenant": "a"}
		dead(t, transport, "mailer", "no \x00 address \xff"+strings.Repeat("!", 10_000), e)
		all := listed(t, transport)
		if len(all) != 1 {
			t.Fatalf("%d dead letters", len(all))
		}
		l := all[0]
		if l.Group != "mailer" || l.Signal != "order.Placed" || l.Attempts != 1 || time.Since(l.Time).Abs() > time.Minute ||
			!strings.HasPrefix(l.Reason, "no \uFFFD address \uFFFD!") || len(l.Reason) > 4000 {
			t.Errorf("%.1000v", l)
		}
		if l.Envelope.ID != "1" || string(l.Envelope.Data) != "data" || l.Envelope.Extensions["tenant"] != "a" {
			t.Errorf("%v", l.Envelope)
		}
		if n := count(t, db, fmt.Sprintf("signals_dead WHERE id = '%s' AND event_id = '1'", l.ID)); n != 1 {
			t.Errorf("%d in the view", n)
		}
		for _, id := range []string{"", "x", "1", "1-", "99-1", l.ID + "1"} {
			if err := transport.Replay(t.Context(), id); !errors.Is(err, ErrNoDeadLetter) {
				t.Errorf("replayed %q: %v", id, err)
			}
			if err := transport.Discard(t.Context(), id); !errors.Is(err, ErrNoDeadLetter) {
				t.Errorf("discarded %q: %v", id, err)
			}
		}
		if err := transport.Replay(t.Context(), l.ID); err != nil {
			t.Fatal(err)
		}
		deliveries, leave := handed(t, transport, "mailer", bridge.SubscribeOptions{})
		d := next(t, deliveries)
		if d.Attempt != 1 || d.Envelope.ID != "1" {
			t.Errorf("replayed as attempt %d of %s", d.Attempt, d.Envelope.ID)
		}
		leave()
		d.Settle(bridge.Poison(errRefused))
		eventually(t, "it is dead again", func() bool { return count(t, db, "signals_dead") == 1 })
		if err := transport.Discard(t.Context(), l.ID); err != nil {
			t.Fatal(err)
		}
		empty(t, db)
	})
}

// Filters select by signal, group, reason and age, over more than a page. What dies
// meanwhile is not replayed.
func TestDeadFilters(t *testing.T) {
	onEach(t, func(t *testing.T, on database) {
		const many = 250
		db := on.migrated(t)
		transport := on.over(t, db)
		var all []*bridge.Envelope
		for i := range many {
			all = append(all, envelope(fmt.Sprint(i)))
		}
		dead(t, transport, "mailer", "no address", all...)
		if _, err := db.Exec("UPDATE signals_deliveries SET due = due - 3600000 WHERE event > 200"); err != nil {
			t.Fatal(err)
		}
		dead(t, transport, "books", "no account", envelope("last"))
		if n := len(listed(t, transport)); n != many+1 {
			t.Errorf("%d dead letters, want %d", n, many+1)
		}
		for _, test := range []struct {
			filter bridge.DeadFilter
			want   int
		}{
			{bridge.DeadFilter{Signal: "order.Paid"}, 0},
			{bridge.DeadFilter{Group: "none"}, 0},
			{bridge.DeadFilter{Reason: "%"}, 0},
			{bridge.DeadFilter{Group: "mailer", Older: 30 * time.Minute}, 50},
			{bridge.DeadFilter{Group: "mailer", Newer: 30 * time.Minute, Reason: "addr"}, 200},
			{bridge.DeadFilter{Signal: "order.Placed"}, 1},
		} {
			if n, err := transport.DiscardAll(t.Context(), test.filter); n != test.want || err != nil {
				t.Errorf("%+v: discarded %d, %v, want %d", test.filter, n, err, test.want)
			}
		}
		if events, deliveries := count(t, db, "signals_events"), count(t, db, "signals_deliveries WHERE state = 0"); events != 1 || deliveries != 1 {
			t.Errorf("%d events, of which %d wait for the first group, want 1", events, deliveries)
		}
	})
}

// Dead letters that are replayed and die again at once are replayed once.
func TestReplayAllEnds(t *testing.T) {
	onEach(t, func(t *testing.T, on database) {
		const many = 250
		db := on.migrated(t)
		transport := on.over(t, db)
		var all []*bridge.Envelope
		for i := range many {
			all = append(all, envelope(fmt.Sprint(i)))
		}
		dead(t, transport, "mailer", "no address", all...)
		var mu sync.Mutex // guards seen
		seen := make(map[string]int)
		ctx, leave := context.WithCancel(t.Context())
		defer leave()
		if err := transport.Subscribe(ctx, "order.Placed", "mailer", func(d bridge.Delivery) {
			mu.Lock()
			seen[d.Envelope.ID]++
			mu.Unlock()
			d.Settle(bridge.Poison(errRefused))
		}); err != nil {
			t.Fatal(err)
		}
		n, err := transport.ReplayAll(t.Context(), bridge.DeadFilter{})
		if n < many || n >= 2*many || err != nil { // some may die again within the millisecond
			t.Errorf("replayed %d, %v, want %d", n, err, many)
		}
		eventually(t, "all are dead again", func() bool { return count(t, db, "signals_dead") == many })
		mu.Lock()
		defer mu.Unlock()
		if len(seen) != many {
			t.Errorf("%d different ones were replayed, want %d", len(seen), many)
		}
	})
}
