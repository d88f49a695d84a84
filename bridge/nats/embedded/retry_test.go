package embedded_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/signalgen/signalgen/bridge"
	natsbridge "github.com/signalgen/signalgen/bridge/nats"
	"github.com/signalgen/signalgen/bridge/nats/embedded"
)

// TestPausesAndLast has an envelope fail until it is a dead letter.
func TestPausesAndLast(t *testing.T) {
	_, transport := shop(t)
	heard := make(chan bridge.Delivery, 10)
	pauses := []time.Duration{300 * time.Millisecond, time.Second}
	opts := bridge.SubscribeOptions{MaxDeliver: 4, Backoff: pauses}
	if err := transport.SubscribeWith(t.Context(), placed, "mailer", opts, func(d bridge.Delivery) { heard <- d }); err != nil {
		t.Fatal(err)
	}
	publish(t, transport, 1, 1)
	var failed time.Time
	for attempt := 1; attempt <= 4; attempt++ {
		d := next(t, heard)
		if d.Attempt != attempt || d.Last != (attempt == 4) || d.Envelope.ID != "1" || len(d.Envelope.Extensions) > 0 {
			t.Errorf("attempt %d, last %t: %+v, want attempt %d", d.Attempt, d.Last, d.Envelope, attempt)
		}
		if attempt > 1 {
			pause := pauses[min(attempt-2, 1)]
			if waited := time.Since(failed); waited < pause-50*time.Millisecond {
				t.Errorf("attempt %d after %v, want at least %v", attempt, waited, pause)
			}
		}
		failed = time.Now()
		d.Settle(errors.New("no luck"))
	}
	letter := letters(t, transport, 1)[0]
	if letter.Attempts != 4 || letter.Reason != "no luck" || letter.Signal != placed || letter.Original != 1 || string(letter.Data) != `{"ID":1}` {
		t.Errorf("%+v", letter)
	}
	if err := transport.Replay(t.Context(), letter.Sequence); err != nil {
		t.Fatal(err)
	}
	d := next(t, heard)
	if d.Attempt != 1 {
		t.Errorf("replayed as attempt %d", d.Attempt)
	}
	d.Settle(nil)
}

// TestFailuresDelayNothing has every tenth of 3,000 envelopes fail for a while, many more
// than MaxAckPending.
func TestFailuresDelayNothing(t *testing.T) {
	const count, inHand = 3000, 20
	_, transport := shop(t, natsbridge.MaxAckPending(inHand), natsbridge.Prefetch(inHand), natsbridge.Backoff(500*time.Millisecond, 2*time.Second),
		natsbridge.MaxDeliver(100))
	var mu sync.Mutex
	heard := make(map[string]int)
	good, all := make(chan struct{}), make(chan struct{})
	recovered := false
	err := transport.Subscribe(t.Context(), placed, "mailer", func(d bridge.Delivery) {
		mu.Lock()
		defer mu.Unlock()
		if !recovered && strings.HasSuffix(d.Envelope.ID, "7") {
			go d.Settle(errors.New("the address book is away"))
			return
		}
		heard[d.Envelope.ID]++
		switch len(heard) {
		case count - count/10:
			close(good)
		case count:
			close(all)
		}
		d.Settle(nil)
	})
	if err != nil {
		t.Fatal(err)
	}
	publish(t, transport, 1, count)
	wait := func(what string, done <-chan struct{}) {
		t.Helper()
		select {
		case <-done:
		case <-time.After(20 * time.Second):
			mu.Lock()
			defer mu.Unlock()
			t.Fatalf("%d heard, waiting for %s", len(heard), what)
		}
	}
	wait("those that are good", good)
	mu.Lock()
	recovered = true
	mu.Unlock()
	wait("all", all)
	mu.Lock()
	defer mu.Unlock()
	for id, times := range heard {
		if times != 1 {
			t.Errorf("%s was heard %d times", id, times)
		}
	}
	letters(t, transport, 0)
}

// TestRetrySurvivesARestart restarts the server while an envelope waits for its redelivery.
func TestRetrySurvivesARestart(t *testing.T) {
	transport, stop := remote(t, time.Second, folder(t))
	first := make(chan bridge.Delivery, 1)
	opts := bridge.SubscribeOptions{Backoff: []time.Duration{2 * time.Second}}
	if err := transport.SubscribeWith(t.Context(), placed, "mailer", opts, func(d bridge.Delivery) { first <- d }); err != nil {
		t.Fatal(err)
	}
	publish(t, transport, 1, 1)
	next(t, first).Settle(errors.New("no luck"))
	stop()()
	d := next(t, first)
	if d.Attempt != 2 {
		t.Errorf("attempt %d, want 2", d.Attempt)
	}
	d.Settle(nil)
}

// TestStreamWithoutSchedules has streams that cannot schedule messages: the backoff is kept
// all the same.
func TestStreamWithoutSchedules(t *testing.T) {
	for name, config := range map[string]jetstream.StreamConfig{
		"of an older server": {Subjects: []string{"signals.>"}},
		"refuses when full":  {Subjects: []string{"signals.>", "signals-retry.>"}, Discard: jetstream.DiscardNew},
		"by interest":        {Subjects: []string{"signals.>", "signals-retry.>"}, AllowMsgSchedules: true, Retention: jetstream.InterestPolicy},
	} {
		t.Run(name, func(t *testing.T) {
			server, js := operate(t)
			config.Name = "SIGNALS"
			if _, err := js.CreateStream(t.Context(), config); err != nil {
				t.Fatal(err)
			}
			transport, err := server.Transport(t.Context(), natsbridge.Backoff(time.Second))
			if err != nil {
				t.Fatal(err)
			}
			heard := hear(t, t.Context(), transport, "mailer")
			publish(t, transport, 1, 1)
			next(t, heard).Settle(errors.New("no luck"))
			failed := time.Now()
			d := next(t, heard)
			if waited := time.Since(failed); waited < 900*time.Millisecond || d.Attempt != 2 {
				t.Errorf("attempt %d after %v, want 2 after 1s", d.Attempt, waited)
			}
			d.Settle(nil)
		})
	}
}

// TestRejectsWhatOthersSchedule schedules another signal, and a retry of a group, from the
// subject of a signal.
func TestRejectsWhatOthersSchedule(t *testing.T) {
	_, transport := shop(t)
	heard := hear(t, t.Context(), transport, "mailer")
	js, err := jetstream.New(transport.Conn())
	if err != nil {
		t.Fatal(err)
	}
	for i, target := range []string{"signals." + placed, "signals-retry.mailer.due." + placed} {
		m := &nats.Msg{Subject: fmt.Sprint("signals.shop.visitor.seen.", i), Data: []byte("{}"), Header: nats.Header{
			"Nats-Schedule":        {"@at " + time.Now().Format(time.RFC3339)},
			"Nats-Schedule-Target": {target},
			"Signalgen-Retry":      {"1 1 1"},
			"ce-specversion":       {"1.0"}, "ce-id": {"1"}, "ce-source": {"/"}, "ce-type": {placed},
		}}
		if _, err := js.PublishMsg(t.Context(), m); err != nil {
			t.Fatal(err)
		}
	}
	for _, letter := range letters(t, transport, 2) {
		if !strings.Contains(letter.Reason, "scheduled from the subject signals.shop.visitor.seen") {
			t.Error(letter.Reason)
		}
	}
	nothing(t, heard, 0)
}

// TestOriginalOfARetry replays a dead letter whose data were cut and whose original was
// retried.
func TestOriginalOfARetry(t *testing.T) {
	_, transport := shop(t, natsbridge.MaxDeliver(2))
	heard := hear(t, t.Context(), transport, "mailer")
	data := strings.Repeat("x", 1<<20-450)
	raw(t, transport, []byte(data), "ce-specversion", "1.0", "ce-id", "1", "ce-source", "/", "ce-type", placed)
	next(t, heard).Settle(errors.New("no luck"))
	next(t, heard).Settle(errors.New(strings.Repeat("no luck ", 60)))
	letter := letters(t, transport, 1)[0]
	if letter.Cut != len(data) || letter.Attempts != 2 || letter.Original != 1 {
		t.Errorf("attempts %d, cut %d bytes of message %d, want 2, %d, 1", letter.Attempts, letter.Cut, letter.Original, len(data))
	}
	if err := transport.Replay(t.Context(), letter.Sequence); err != nil {
		t.Fatal(err)
	}
	d := next(t, heard)
	if string(d.Envelope.Data) != data {
		t.Errorf("replayed with %d bytes", len(d.Envelope.Data))
	}
	d.Settle(nil)
}

func TestBroadcastLeavesNothingBehind(t *testing.T) {
	server, transport := shop(t)
	js, err := jetstream.New(transport.Conn())
	if err != nil {
		t.Fatal(err)
	}
	publish(t, transport, 1, 1) // before: not for them
	heard := make([]chan bridge.Delivery, 3)
	var ends []func()
	for i := range heard {
		own, err := server.Transport(t.Context(), natsbridge.Backoff(300*time.Millisecond))
		if err != nil {
			t.Fatal(err)
		}
		heard[i] = make(chan bridge.Delivery, 10)
		ctx, cancel := context.WithCancel(t.Context())
		opts := bridge.SubscribeOptions{Broadcast: true, MaxDeliver: 2}
		if err := own.SubscribeWith(ctx, placed, fmt.Sprint("instance-", i), opts, func(d bridge.Delivery) { heard[i] <- d }); err != nil {
			t.Fatal(err)
		}
		ends = append(ends, func() {
			cancel()
			if err := own.Close(); err != nil {
				t.Error(err)
			}
		})
	}
	publish(t, transport, 2, 2)
	for _, heard := range heard {
		for attempt := 1; attempt <= 2; attempt++ {
			d := next(t, heard)
			if d.Envelope.ID != "2" || d.Attempt != attempt || d.Last != (attempt == 2) {
				t.Errorf("%s at attempt %d, last %t, want 2 at %d", d.Envelope.ID, d.Attempt, d.Last, attempt)
			}
			d.Settle(errors.New("no luck"))
		}
		nothing(t, heard, 500*time.Millisecond)
	}
	for _, end := range ends {
		end()
	}
	stream, err := js.Stream(t.Context(), "SIGNALS")
	if err != nil {
		t.Fatal(err)
	}
	if n := stream.CachedInfo().State; n.Consumers != 0 || n.Msgs != 2 {
		t.Errorf("%d consumers and %d messages are left, want 0 and 2", n.Consumers, n.Msgs)
	}
	letters(t, transport, 0)
}

func TestFromNowOfOneSubscription(t *testing.T) {
	_, transport := shop(t)
	publish(t, transport, 1, 3)
	heard := make(chan bridge.Delivery, 10)
	if err := transport.SubscribeWith(t.Context(), placed, "statistics", bridge.SubscribeOptions{FromNow: true}, func(d bridge.Delivery) { heard <- d }); err != nil {
		t.Fatal(err)
	}
	publish(t, transport, 4, 4)
	if d := next(t, heard); d.Envelope.ID != "4" {
		t.Errorf("begins with %s, want 4", d.Envelope.ID)
	}
	if d := next(t, hear(t, t.Context(), transport, "audit")); d.Envelope.ID != "1" {
		t.Errorf("audit begins with %s, want 1", d.Envelope.ID)
	}
}

// TestConsumerRemovedWhileSomethingWaits deletes the consumer of a group while one envelope
// of many is not settled.
func TestConsumerRemovedWhileSomethingWaits(t *testing.T) {
	const consumer = "mailer@shop~order~placed"
	_, transport := shop(t, natsbridge.AckWait(2*time.Second))
	polls, err := transport.Conn().SubscribeSync("$JS.API.CONSUMER.INFO.SIGNALS." + consumer)
	if err != nil {
		t.Fatal(err)
	}
	js, err := jetstream.New(transport.Conn())
	if err != nil {
		t.Fatal(err)
	}
	heard := hear(t, t.Context(), transport, "mailer")
	publish(t, transport, 1, 100)
	var waits bridge.Delivery
	for range 100 {
		d := next(t, heard)
		if d.Envelope.ID == "50" {
			waits = d
			continue
		}
		d.Settle(nil)
	}
	before, _, err := polls.Pending()
	if err != nil {
		t.Fatal(err)
	}
	for range before + 3 { // the second begins a while after the settling, the third after its answer
		if _, err := polls.NextMsg(10 * time.Second); err != nil {
			t.Fatal(err)
		}
	}
	if err := js.DeleteConsumer(t.Context(), "SIGNALS", consumer); err != nil {
		t.Fatal(err)
	}
	publish(t, transport, 101, 101)
	again := make(map[string]bool)
	for !again["101"] {
		d := next(t, heard)
		again[d.Envelope.ID] = true
		d.Settle(nil)
	}
	if again["49"] {
		t.Error("49 is heard again, which was settled without a gap")
	}
	if again["50"] {
		t.Error("50 is heard again while it is held")
	}
	waits.Settle(nil)
	wantLag(t, transport, "mailer", bridge.Lag{}, time.Time{})
}

func TestHealth(t *testing.T) {
	transport, stop := remote(t, time.Second, embedded.Folder(t.TempDir()))
	hear(t, t.Context(), transport, "mailer")
	if err := transport.Health(t.Context()); err != nil {
		t.Error(err)
	}
	js, err := jetstream.New(transport.Conn())
	if err != nil {
		t.Fatal(err)
	}
	for { // the subscription may be faster, and make the stream as it should be
		if err := js.DeleteStream(t.Context(), "SIGNALS"); err != nil {
			t.Fatal(err)
		}
		_, err := js.CreateStream(t.Context(), jetstream.StreamConfig{Name: "SIGNALS", Subjects: []string{"orders.>"}})
		if err == nil {
			break
		}
		if !errors.Is(err, jetstream.ErrStreamNameAlreadyInUse) {
			t.Fatal(err)
		}
	}
	sick(t, transport, "nothing can be received")
	again := stop()
	lost(t, transport.Conn())
	sick(t, transport, "connection is down")
	again()
}

// sick waits until Health returns an error with the reason.
func sick(t *testing.T, transport *natsbridge.Transport, reason string) {
	t.Helper()
	var err error
	for range 400 { // a request for messages that was on its way may be lost, which takes 6 s to find out
		if err = transport.Health(t.Context()); err != nil && strings.Contains(err.Error(), reason) {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Errorf("healthy, or for another reason: %v, want %q", err, reason)
}
