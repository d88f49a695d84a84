package embedded_test

import (
	"context"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/signalgen/signalgen/bridge"
	natsbridge "github.com/signalgen/signalgen/bridge/nats"
	"github.com/signalgen/signalgen/bridge/nats/embedded"
)

// A heardLog has the ids that the members of a group have received, in order.
type heardLog struct {
	mu  sync.Mutex // guards ids
	ids []int
}

// add adds a delivery, and returns the number of deliveries.
func (l *heardLog) add(d bridge.Delivery) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	id, _ := strconv.Atoi(d.Envelope.ID)
	l.ids = append(l.ids, id)
	return len(l.ids)
}

// check waits for count ids, and checks that none was first received after a later one.
func (l *heardLog) check(t *testing.T, count int) {
	t.Helper()
	if breaks := l.wait(t, count); breaks > 0 {
		t.Errorf("%d were heard after what was published later", breaks)
	}
}

// wait waits for count ids, and returns how many were out of order.
func (l *heardLog) wait(t *testing.T, count int) (breaks int) {
	t.Helper()
	for range 400 {
		l.mu.Lock()
		heard := make(map[int]bool)
		latest, breaks := 0, 0
		for _, id := range l.ids {
			if !heard[id] && id < latest {
				breaks++
			}
			heard[id], latest = true, max(latest, id)
		}
		all := len(l.ids)
		l.mu.Unlock()
		if len(heard) == count {
			t.Logf("%d heard, %d of them again", all, all-count)
			return breaks
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatal("not everything was heard")
	panic("unreachable")
}

func orderedMember(t *testing.T, server *embedded.Server, opts ...natsbridge.Option) *natsbridge.Transport {
	t.Helper()
	opts = append([]natsbridge.Option{natsbridge.Ordered(), natsbridge.AckWait(time.Second)}, opts...)
	transport, err := server.Transport(t.Context(), opts...)
	if err != nil {
		t.Fatal(err)
	}
	return transport
}

// TestOrderedGroupOutlivesItsMember has two members, of which the pinned one dies while it
// holds envelopes.
func TestOrderedGroupOutlivesItsMember(t *testing.T) {
	const count = 2000
	server, publisher := shop(t)
	var log heardLog
	members := []*natsbridge.Transport{orderedMember(t, server), orderedMember(t, server)}
	served := make(map[int]int) // how often, by member
	dead := -1
	ended := make(chan struct{})
	for i, member := range members {
		handle := func(d bridge.Delivery) {
			log.mu.Lock()
			served[i]++
			die := dead < 0 && served[i] == count/2
			gone := dead == i
			if die {
				dead = i
			}
			log.mu.Unlock()
			if gone || die {
				if die {
					member.Conn().Close()
					close(ended)
				}
				return
			}
			log.add(d)
			d.Settle(nil)
		}
		if err := member.Subscribe(t.Context(), placed, "mailer", handle); err != nil {
			t.Fatal(err)
		}
	}
	publish(t, publisher, 1, count)
	select {
	case <-ended:
	case <-time.After(20 * time.Second):
		t.Fatal("no member has heard half of it")
	}
	log.mu.Lock()
	for i, n := range served {
		if i != dead && n > 0 {
			t.Errorf("member %d was served %d times while the other one lived", i, n)
		}
	}
	log.mu.Unlock()
	log.check(t, count)
}

// TestOrderedMemberKeepsItsPlace has a pinned member that is full, with a receiver that
// takes longer than the pin lasts.
func TestOrderedMemberKeepsItsPlace(t *testing.T) {
	server, publisher := shop(t)
	var log heardLog
	var mu sync.Mutex
	servedBy := make(map[int]bool)
	for i := range 2 {
		member := orderedMember(t, server, natsbridge.Prefetch(5))
		handle := func(d bridge.Delivery) {
			mu.Lock()
			servedBy[i] = true
			mu.Unlock()
			if log.add(d) == 3 {
				time.Sleep(4 * time.Second)
			}
			d.Settle(nil)
		}
		if err := member.Subscribe(t.Context(), placed, "mailer", handle); err != nil {
			t.Fatal(err)
		}
	}
	publish(t, publisher, 1, 50)
	log.check(t, 50)
	mu.Lock()
	defer mu.Unlock()
	if len(servedBy) != 1 {
		t.Errorf("served were %v, want one member", servedBy)
	}
}

// TestOrderedMemberWaitsForTheOthers has the server pin another member while the first one
// holds envelopes, as it does when the leader is lost.
func TestOrderedMemberWaitsForTheOthers(t *testing.T) {
	server, publisher := shop(t)
	js, err := jetstream.New(publisher.Conn())
	if err != nil {
		t.Fatal(err)
	}
	first, second := orderedMember(t, server, natsbridge.Prefetch(5)), orderedMember(t, server)
	held := hear(t, t.Context(), first, "mailer")
	publish(t, publisher, 1, 20)
	var all []bridge.Delivery
	for range 5 {
		all = append(all, next(t, held))
	}
	other := hear(t, t.Context(), second, "mailer")
	stream, err := js.Stream(t.Context(), "SIGNALS")
	if err != nil {
		t.Fatal(err)
	}
	if err := stream.UnpinConsumer(t.Context(), "mailer@shop~order~placed", "members"); err != nil {
		t.Fatal(err)
	}
	nothing(t, other, time.Second)
	for _, d := range all {
		d.Settle(nil)
	}
	if d := next(t, other); d.Envelope.ID != "6" {
		t.Errorf("%s arrives, want 6", d.Envelope.ID)
	}
}

// TestOrderedMembersDoNotWaitForEachOther has the server pin two members in turn while each
// waits for the other.
func TestOrderedMembersDoNotWaitForEachOther(t *testing.T) {
	server, publisher := shop(t)
	js, err := jetstream.New(publisher.Conn())
	if err != nil {
		t.Fatal(err)
	}
	stream, err := js.Stream(t.Context(), "SIGNALS")
	if err != nil {
		t.Fatal(err)
	}
	unpin := func() {
		t.Helper()
		if err := stream.UnpinConsumer(t.Context(), "mailer@shop~order~placed", "members"); err != nil {
			t.Fatal(err)
		}
		time.Sleep(500 * time.Millisecond) // the next is chosen, and gets what there is
	}
	var log heardLog
	release := make(chan struct{})
	for range 2 {
		member := orderedMember(t, server, natsbridge.Prefetch(5))
		handle := func(d bridge.Delivery) {
			if log.add(d) == 1 {
				<-release
			}
			d.Settle(nil)
		}
		if err := member.Subscribe(t.Context(), placed, "mailer", handle); err != nil {
			t.Fatal(err)
		}
	}
	publish(t, publisher, 1, 30)
	time.Sleep(500 * time.Millisecond)
	for range 5 {
		unpin()
	}
	close(release)
	log.wait(t, 30) // in whatever order, after that
}

// TestGroupBecomesOrdered adds the option to an existing group.
func TestGroupBecomesOrdered(t *testing.T) {
	server, publisher := shop(t)
	ctx, cancel := context.WithCancel(t.Context())
	publish(t, publisher, 1, 1)
	next(t, hear(t, ctx, publisher, "mailer")).Settle(nil)
	cancel()
	heard := hear(t, t.Context(), orderedMember(t, server), "mailer")
	publish(t, publisher, 2, 2)
	if d := next(t, heard); d.Envelope.ID != "2" {
		t.Errorf("%s arrives, want 2", d.Envelope.ID)
	}
}

// TestOrderedMemberTakesAllThatAnotherGaveBack has a member with room for one envelope take
// over from one that gives back many, in the wrong order.
func TestOrderedMemberTakesAllThatAnotherGaveBack(t *testing.T) {
	const count = 100
	server, publisher := shop(t)
	ctx, leave := context.WithCancel(t.Context())
	held := hear(t, ctx, orderedMember(t, server, natsbridge.Prefetch(count)), "mailer")
	publish(t, publisher, 1, count)
	var all []bridge.Delivery
	for range count {
		all = append(all, next(t, held))
	}
	other := hear(t, t.Context(), orderedMember(t, server, natsbridge.Prefetch(1)), "mailer")
	leave()
	for _, d := range slices.Backward(all) {
		d.Settle(bridge.ErrClosed)
	}
	for id := 1; id <= count; id++ {
		d := next(t, other)
		if d.Envelope.ID != strconv.Itoa(id) {
			t.Fatalf("%s arrives, want %d", d.Envelope.ID, id)
		}
		d.Settle(nil)
	}
}
