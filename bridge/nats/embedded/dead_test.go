package embedded_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/signalgen/signalgen/bridge"
	natsbridge "github.com/signalgen/signalgen/bridge/nats"
	"github.com/signalgen/signalgen/bridge/nats/embedded"
)

// raw publishes a message that need not be an envelope.
func raw(t *testing.T, transport *natsbridge.Transport, data []byte, header ...string) {
	t.Helper()
	forge(t, transport, "signals."+placed, data, header...)
}

// letters waits until there are count dead letters, and returns them.
func letters(t *testing.T, transport *natsbridge.Transport, count int) (all []natsbridge.DeadLetter) {
	t.Helper()
	for range 200 {
		all = nil
		for d, err := range transport.DeadLetters(t.Context()) {
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, d)
		}
		if len(all) == count {
			return all
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatalf("%d dead letters, want %d", len(all), count)
	return nil
}

func TestMalformedBecomesDeadLetter(t *testing.T) {
	good := []string{"ce-specversion", "1.0", "ce-id", "1", "ce-source", "elsewhere", "ce-type", placed}
	without := func(name string) (header []string) {
		for i := 0; i < len(good); i += 2 {
			if good[i] != name {
				header = append(header, good[i], good[i+1])
			}
		}
		return header
	}
	for _, test := range []struct {
		name   string
		header []string
		reason string
	}{
		{"no headers", nil, "ce-id"},
		{"no id", without("ce-id"), "ce-id"},
		{"no source", without("ce-source"), "ce-source"},
		{"no type", without("ce-type"), "ce-type"},
		{"unknown type", append(without("ce-type"), "ce-type", "shop.order.lost"), `ce-type is "shop.order.lost", want "shop.order.placed"`},
		{"unknown version", append(without("ce-specversion"), "ce-specversion", "2.0"), "2.0"},
		{"no time", append(without(""), "ce-time", "noon"), "ce-time"},
		{"half an escape", append(without("ce-id"), "ce-id", "%4"), "ce-id"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, transport := shop(t)
			heard := hear(t, t.Context(), transport, "mailer")
			raw(t, transport, []byte("data"), test.header...)
			publish(t, transport, 1, 1)
			d := next(t, heard)
			if d.Envelope.ID != "1" || d.Envelope.Source != "test" {
				t.Errorf("the receiver sees %+v", d.Envelope)
			}
			d.Settle(nil)
			letter := letters(t, transport, 1)[0]
			if !strings.Contains(letter.Reason, test.reason) || letter.Group != "mailer" || letter.Signal != placed ||
				letter.Attempts != 1 || letter.Original != 1 || letter.Stream != "SIGNALS" || string(letter.Data) != "data" {
				t.Errorf("dead letter %+v, want the reason to have %q", letter, test.reason)
			}
		})
	}
}

func TestEventsOfOtherProducers(t *testing.T) {
	_, transport := shop(t)
	heard := hear(t, t.Context(), transport, "mailer")
	raw(t, transport, []byte("data"), "CE-SpecVersion", "1.0", "Ce-Id", `"a \"b\""`, "Ce-Source", "//else%20where", "Ce-Type", placed, "Ce-Mood", "good")
	d := next(t, heard)
	d.Settle(nil)
	if e := d.Envelope; e.ID != `a "b"` || e.Source != "//else where" || e.Extensions["mood"] != "good" {
		t.Errorf("%+v", e)
	}
}

func TestTooLargeIsAnErrorAtOnce(t *testing.T) {
	_, transport := shop(t)
	e := placedOrder(1)
	e.Data = make([]byte, 1<<20+1<<20)
	err := transport.Publish(t.Context(), e)
	if err == nil || !strings.Contains(err.Error(), "2097") || !strings.Contains(err.Error(), "1046528") {
		t.Errorf("%v, want both sizes", err)
	}
	e.Data = make([]byte, 1<<20-2500)
	if err := transport.Publish(t.Context(), e); err != nil {
		t.Error(err)
	}
}

// TestDeadLetterIsCut publishes a message that is not a CloudEvent and whose data leave no
// room for the headers of a dead letter.
func TestDeadLetterIsCut(t *testing.T) {
	_, transport := shop(t)
	data := bytes.Repeat([]byte("x"), 1<<20-20)
	raw(t, transport, data)
	hear(t, t.Context(), transport, "mailer")
	letter := letters(t, transport, 1)[0]
	if letter.Cut != len(data) || len(letter.Data) != 0 {
		t.Errorf("cut %d bytes, left %d, want %d and 0", letter.Cut, len(letter.Data), len(data))
	}
	err := transport.Replay(t.Context(), letter.Sequence)
	if err == nil || !strings.Contains(err.Error(), "maximum payload") { // the name of the group does not fit either
		t.Errorf("replay: %v", err)
	}
	if err := transport.Discard(t.Context(), letter.Sequence); err != nil {
		t.Error(err)
	}
	letters(t, transport, 0)
}

// TestHeadersLeaveRoomForADeadLetter publishes envelopes with headers of the maximum size
// and of a byte more. The limit of the server is 65,535 bytes.
func TestHeadersLeaveRoomForADeadLetter(t *testing.T) {
	_, transport := shop(t)
	group := strings.Repeat("g", 200)
	heard := hear(t, t.Context(), transport, group)
	for size := 62_000; size < 66_000; size += 100 {
		e := placedOrder(size)
		e.Extensions = map[string]string{"large": strings.Repeat("x", size)}
		if err := transport.Publish(t.Context(), e); err != nil {
			if !strings.Contains(err.Error(), "its headers have") || !strings.Contains(err.Error(), "63487") {
				t.Errorf("extension of %d bytes: %v", size, err)
			}
			if size < 63_000 {
				t.Errorf("extension of %d bytes: %v", size, err)
			}
			continue
		}
		if size > 63_500 {
			t.Errorf("extension of %d bytes was published", size)
		}
		next(t, heard).Settle(bridge.Poison(errors.New(strings.Repeat("reason ", 200))))
		letter := letters(t, transport, 1)[0]
		if letter.Cut != 0 || len(letter.Envelope.Extensions["large"]) != size {
			t.Errorf("%d bytes are cut", letter.Cut)
		}
		if err := transport.Replay(t.Context(), letter.Sequence); err != nil {
			t.Error(err)
		}
		d := next(t, heard)
		if len(d.Envelope.Extensions["large"]) != size {
			t.Errorf("replayed with %d bytes, want %d", len(d.Envelope.Extensions["large"]), size)
		}
		d.Settle(nil)
	}
}

// TestHeadersOfADeadLetterAreCut publishes messages whose headers leave no room for those
// of a dead letter.
func TestHeadersOfADeadLetterAreCut(t *testing.T) {
	for _, size := range []int{64_600, 64_800, 65_000, 65_100, 65_200, 65_300} {
		t.Run(fmt.Sprint(size), func(t *testing.T) {
			_, transport := shop(t)
			heard := hear(t, t.Context(), transport, "mailer")
			raw(t, transport, []byte("data"), event("ce-large", strings.Repeat("x", size))...)
			next(t, heard).Settle(bridge.Poison(errors.New(strings.Repeat("reason ", 200))))
			letter := letters(t, transport, 1)[0]
			if letter.Envelope.ID != "forged" || string(letter.Data) != "data" || (letter.Cut == 0) != (letter.Header.Get("ce-large") != "") {
				t.Errorf("%d bytes are cut, left %q, %d of the header", letter.Cut, letter.Data, len(letter.Header.Get("ce-large")))
			}
			if err := transport.Replay(t.Context(), letter.Sequence); err != nil {
				t.Fatal(err)
			}
			d := next(t, heard)
			if got := len(d.Envelope.Extensions["large"]); got != size || string(d.Envelope.Data) != "data" {
				t.Errorf("replayed with %q, %d bytes of the header, want %d", d.Envelope.Data, got, size)
			}
			d.Settle(nil)
		})
	}
}

// TestReplayOfACutDeadLetter replays a dead letter whose data were cut.
func TestReplayOfACutDeadLetter(t *testing.T) {
	_, transport := shop(t)
	data := bytes.Repeat([]byte("x"), 1<<20-200)
	raw(t, transport, data)
	hear(t, t.Context(), transport, "mailer")
	letter := letters(t, transport, 1)[0]
	if err := transport.Replay(t.Context(), letter.Sequence); err != nil {
		t.Fatal(err)
	}
	again := letters(t, transport, 1)[0]
	if again.Original == letter.Original || again.Cut != letter.Cut || again.Cut != len(data) {
		t.Errorf("%d bytes of message %d are cut again, were %d of %d", again.Cut, again.Original, letter.Cut, letter.Original)
	}
}

func TestReplayIsForTheGroupThatFailed(t *testing.T) {
	_, transport := shop(t, natsbridge.MaxDeliver(2))
	mailer, audit := hear(t, t.Context(), transport, "mailer"), hear(t, t.Context(), transport, "audit")
	publish(t, transport, 1, 1)
	next(t, audit).Settle(nil)
	next(t, mailer).Settle(errors.New("no\nluck"))
	next(t, mailer).Settle(errors.New("no\nluck"))
	letter := letters(t, transport, 1)[0]
	if letter.Attempts != 2 || letter.Reason != "no luck" || letter.Envelope.ID != "1" {
		t.Errorf("%+v", letter)
	}
	if err := transport.Replay(t.Context(), letter.Sequence); err != nil {
		t.Fatal(err)
	}
	letters(t, transport, 0)
	d := next(t, mailer)
	if d.Envelope.ID != "1" || d.Attempt != 1 || string(d.Envelope.Data) != `{"ID":1}` || len(d.Envelope.Extensions) != 0 {
		t.Errorf("replayed at attempt %d: %+v", d.Attempt, d.Envelope)
	}
	d.Settle(bridge.Poison(errors.New("still not")))
	letters(t, transport, 1)
	nothing(t, audit, 500*time.Millisecond)
}

func TestNoSuchDeadLetter(t *testing.T) {
	_, transport := shop(t)
	for name, call := range map[string]func(context.Context, uint64) error{"replay": transport.Replay, "discard": transport.Discard} {
		if err := call(t.Context(), 7); !errors.Is(err, natsbridge.ErrNoDeadLetter) || !strings.Contains(err.Error(), "7") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestPoisonWithoutDeadStreamDelaysNothing(t *testing.T) {
	_, transport := shop(t, natsbridge.AckWait(time.Second))
	js, err := jetstream.New(transport.Conn())
	if err != nil {
		t.Fatal(err)
	}
	if err := js.DeleteStream(t.Context(), "SIGNALS_DEAD"); err != nil {
		t.Fatal(err)
	}
	heard := hear(t, t.Context(), transport, "mailer")
	raw(t, transport, []byte("poison"))
	publish(t, transport, 1, 10)
	for range 10 {
		next(t, heard).Settle(nil)
	}
	again, err := natsbridge.New(t.Context(), transport.Conn())
	if err != nil {
		t.Fatal(err)
	}
	letters(t, again, 1) // kept until there is a place for it
}

func TestNeverSettledBecomesDeadLetter(t *testing.T) {
	const ackWait = 500 * time.Millisecond
	server, transport := shop(t, natsbridge.MaxDeliver(1), natsbridge.AckWait(ackWait))
	publish(t, transport, 1, 1)
	for attempt := 1; attempt <= 4; attempt++ { // four processes that die of it
		dying, err := server.Transport(t.Context(), natsbridge.MaxDeliver(1), natsbridge.AckWait(ackWait))
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		d := next(t, hear(t, ctx, dying, "mailer"))
		if d.Attempt != attempt {
			t.Errorf("attempt %d, want %d", d.Attempt, attempt)
		}
		dying.Conn().Close()
		cancel()
	}
	heard := hear(t, t.Context(), transport, "mailer")
	letter := letters(t, transport, 1)[0]
	if letter.Attempts != 4 || !strings.Contains(letter.Reason, "4 times and never settled") {
		t.Errorf("%+v", letter)
	}
	nothing(t, heard, 0)
}

// TestReplayOfTooManyHeaders replays a message whose headers leave no room for the name of
// the group.
func TestReplayOfTooManyHeaders(t *testing.T) {
	_, transport := shop(t)
	raw(t, transport, []byte("data"), "large", strings.Repeat("x", 65_500))
	hear(t, t.Context(), transport, "mailer")
	letter := letters(t, transport, 1)[0]
	if err := transport.Replay(t.Context(), letter.Sequence); err == nil || !strings.Contains(err.Error(), "header size exceeds") {
		t.Errorf("replay: %v", err)
	}
	if letter.Cut < 65_500 || letter.Header["large"] != nil || string(letter.Data) != "data" {
		t.Errorf("%d bytes are cut", letter.Cut)
	}
}

// bury makes a dead letter of a new order for each reason.
func bury(t *testing.T, transport *natsbridge.Transport, group string, reasons ...string) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	heard := hear(t, ctx, transport, group)
	for i, reason := range reasons {
		e := placedOrder(i)
		e.ID = group + " " + reason
		if err := transport.Publish(t.Context(), e); err != nil {
			t.Fatal(err)
		}
		for d := next(t, heard); ; d = next(t, heard) {
			if d.Envelope.ID == e.ID {
				d.Settle(bridge.Poison(errors.New(reason)))
				break
			}
			d.Settle(nil) // another group's
		}
	}
}

func reasons(all []natsbridge.DeadLetter) (of []string) {
	for _, d := range all {
		of = append(of, d.Group+" "+d.Reason)
	}
	return of
}

func TestReplayAllAndDiscardAllObeyTheFilter(t *testing.T) {
	for _, test := range []struct {
		filter bridge.DeadFilter
		left   string
		n      int
	}{
		{bridge.DeadFilter{}, "[]", 4},
		{bridge.DeadFilter{Group: "mailer"}, "[audit timeout]", 3},
		{bridge.DeadFilter{Group: "nobody"}, "[audit timeout mailer timeout mailer no mailer timeout of x]", 0},
		{bridge.DeadFilter{Signal: placed, Reason: "timeout"}, "[mailer no]", 3},
		{bridge.DeadFilter{Signal: placed, Group: "mailer", Reason: "of x"}, "[audit timeout mailer timeout mailer no]", 1},
		{bridge.DeadFilter{Signal: "shop.order"}, "[audit timeout mailer timeout mailer no mailer timeout of x]", 0},
		{bridge.DeadFilter{Older: time.Hour}, "[audit timeout mailer timeout mailer no mailer timeout of x]", 0},
		{bridge.DeadFilter{Newer: time.Hour}, "[]", 4},
	} {
		t.Run(fmt.Sprintf("%+v", test.filter), func(t *testing.T) {
			for _, do := range []func(*natsbridge.Transport, context.Context, bridge.DeadFilter) (int, error){
				(*natsbridge.Transport).ReplayAll, (*natsbridge.Transport).DiscardAll,
			} {
				_, transport := shop(t)
				bury(t, transport, "audit", "timeout")
				bury(t, transport, "mailer", "timeout", "no", "timeout of x")
				n, err := do(transport, t.Context(), test.filter)
				if n != test.n || err != nil {
					t.Errorf("%d, %v, want %d", n, err, test.n)
				}
				if left := reasons(letters(t, transport, 4-test.n)); fmt.Sprint(left) != test.left {
					t.Errorf("left %q, want %s", left, test.left)
				}
			}
		})
	}
}

// TestReplayAllGoesOn has some dead letters that cannot be replayed.
func TestReplayAllGoesOn(t *testing.T) {
	_, transport := shop(t)
	for range 15 {
		forge(t, transport, "signals-dead.nobody", nil)
	}
	bury(t, transport, "mailer", "first", "second")
	n, err := transport.ReplayAll(t.Context(), bridge.DeadFilter{})
	if n != 2 || err == nil || strings.Count(err.Error(), "names no group") != 10 || !strings.Contains(err.Error(), "5 more") {
		t.Errorf("%d, %v", n, err)
	}
	letters(t, transport, 15)
}

// TestReplayAllIgnoresNewDeadLetters has a receiver that fails again at once.
func TestReplayAllIgnoresNewDeadLetters(t *testing.T) {
	_, transport := shop(t)
	bury(t, transport, "mailer", "a", "b", "c")
	if err := transport.Subscribe(t.Context(), placed, "mailer", func(d bridge.Delivery) { d.Settle(bridge.Poison(errors.New("again"))) }); err != nil {
		t.Fatal(err)
	}
	for round := 1; round <= 3; round++ {
		if n, err := transport.ReplayAll(t.Context(), bridge.DeadFilter{}); n != 3 || err != nil {
			t.Fatal(n, err)
		}
		if last := letters(t, transport, 3)[2]; last.Reason != "again" {
			t.Errorf("%+v", last)
		}
	}
}

// TestInterruptedReplay has an operator without permission to delete messages, as if the
// process died before it did.
func TestInterruptedReplay(t *testing.T) {
	user := func(name string, deny ...string) *server.User {
		return &server.User{Username: name, Password: name, Permissions: &server.Permissions{
			Publish: &server.SubjectPermission{Allow: []string{">"}, Deny: deny},
		}}
	}
	running, err := embedded.Start(embedded.Configure(func(o *server.Options) {
		o.Users = []*server.User{user("all"), user("most", "$JS.API.STREAM.MSG.DELETE.>")}
	}))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(running.Shutdown)
	as := func(name string) *natsbridge.Transport {
		nc, err := running.Connect(nats.UserInfo(name, name), nats.ErrorHandler(func(*nats.Conn, *nats.Subscription, error) {}))
		if err != nil {
			t.Fatal(err)
		}
		transport, err := natsbridge.New(t.Context(), nc)
		if err != nil {
			t.Fatal(err)
		}
		return transport
	}
	all, most := as("all"), as("most")
	bury(t, all, "mailer", "first", "second")
	for range 3 {
		ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
		defer cancel()
		if n, err := most.ReplayAll(ctx, bridge.DeadFilter{}); n != 0 || err == nil {
			t.Errorf("%d, %v", n, err)
		}
	}
	letters(t, all, 2) // neither is lost
	if n, err := all.ReplayAll(t.Context(), bridge.DeadFilter{}); n != 2 || err != nil {
		t.Errorf("%d, %v", n, err)
	}
	letters(t, all, 0)
	heard := hear(t, t.Context(), all, "mailer")
	for _, id := range []string{"mailer first", "mailer second"} {
		d := next(t, heard)
		if d.Envelope.ID != id {
			t.Errorf("%s arrives, want %s", d.Envelope.ID, id)
		}
		d.Settle(nil)
	}
	nothing(t, heard, 100*time.Millisecond)
}

// TestTwoOperatorsReplayOnce has both replay the same dead letters.
func TestTwoOperatorsReplayOnce(t *testing.T) {
	_, transport := shop(t)
	bury(t, transport, "mailer", "a", "b", "c", "d", "e", "f", "g", "h")
	sum, failed := make(chan int), make(chan error, 2)
	for range 2 {
		go func() {
			n, err := transport.ReplayAll(t.Context(), bridge.DeadFilter{})
			failed <- err
			sum <- n
		}()
	}
	if n := <-sum + <-sum; n < 8 {
		t.Errorf("%d replayed, want 8 at least", n)
	}
	if err := errors.Join(<-failed, <-failed); err != nil {
		t.Error(err)
	}
	letters(t, transport, 0)
	heard := hear(t, t.Context(), transport, "mailer")
	for range 8 {
		next(t, heard).Settle(nil)
	}
	nothing(t, heard, 100*time.Millisecond)
}

func TestDeadLetter(t *testing.T) {
	_, transport := shop(t)
	bury(t, transport, "mailer", "no\x1b[2J\nluck")
	d, err := transport.DeadLetter(t.Context(), 1)
	if err != nil || d.Reason != "no?[2J luck" || d.Original != 1 || time.Since(d.Published) > time.Minute || d.Group != "mailer" {
		t.Errorf("%+v, %v", d, err)
	}
	if _, err := transport.DeadLetter(t.Context(), 2); !errors.Is(err, natsbridge.ErrNoDeadLetter) {
		t.Error(err)
	}
}

// TestCutDeadLetterOfARetry has a dead letter whose original was retried.
func TestCutDeadLetterOfARetry(t *testing.T) {
	_, transport := shop(t)
	heard := hear(t, t.Context(), transport, "mailer")
	data := bytes.Repeat([]byte("x"), 1<<20-500)
	raw(t, transport, data, event()...)
	next(t, heard).Settle(errors.New("not yet"))
	next(t, heard).Settle(bridge.Poison(errors.New(strings.Repeat("never ", 100))))
	letter := letters(t, transport, 1)[0]
	if letter.Cut != len(data) || letter.Original != 1 {
		t.Errorf("%d bytes of message %d are cut", letter.Cut, letter.Original)
	}
	if err := transport.Replay(t.Context(), letter.Sequence); err != nil {
		t.Fatal(err)
	}
	d := next(t, heard)
	if !bytes.Equal(d.Envelope.Data, data) {
		t.Errorf("replayed with %d bytes, want %d", len(d.Envelope.Data), len(data))
	}
	d.Settle(nil)
}

// TestBroadcastHasNoDeadLetters has envelopes of a broadcast fail.
func TestBroadcastHasNoDeadLetters(t *testing.T) {
	log := make(lines, 100)
	_, transport := shop(t, natsbridge.Logger(slog.New(slog.NewTextHandler(log, nil))))
	heard := make(chan bridge.Delivery, 10)
	opts := bridge.SubscribeOptions{Broadcast: true}
	if err := transport.SubscribeWith(t.Context(), placed, "screen", opts, func(d bridge.Delivery) { heard <- d }); err != nil {
		t.Fatal(err)
	}
	raw(t, transport, []byte("no event"))
	publish(t, transport, 1, 2)
	next(t, heard).Settle(bridge.Poison(errors.New("no")))
	next(t, heard).Settle(nil)
	for _, want := range []string{"sequence=1 attempts=1 reason=\"no header ce-", "sequence=2 attempts=1 reason=no"} {
		if got := <-log; !strings.Contains(got, "dropped") || !strings.Contains(got, want) {
			t.Errorf("%s, want %s", got, want)
		}
	}
	wantLag(t, transport, "screen", bridge.Lag{}, time.Now())
	letters(t, transport, 0)
}
