package watermillbridge_test

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ThreeDotsLabs/watermill"
	"github.com/ThreeDotsLabs/watermill/message"

	"github.com/signalgen/signalgen/bridge"
	. "github.com/signalgen/signalgen/bridge/watermill"
)

// What is no event becomes a dead letter, and so does an event of another type; none
// of it holds up what is behind it.
func TestPoison(t *testing.T) {
	q := new(queues)
	transport := over(t, q)
	for _, m := range []*message.Message{
		message.NewMessage(watermill.NewUUID(), []byte("no headers")), // several errors, on one line
		event("2", "shop/other"),
		event("1", "shop/placed"),
	} {
		if err := q.Publish("shop__placed", m); err != nil {
			t.Fatal(err)
		}
	}
	heard := make(chan string)
	if err := transport.Subscribe(t.Context(), "shop/placed", "mailer", func(d bridge.Delivery) {
		d.Settle(nil)
		heard <- d.Envelope.ID
	}); err != nil {
		t.Fatal(err)
	}
	if id := <-heard; id != "1" {
		t.Errorf("heard %s", id)
	}
	var why []string
	for _, m := range q.published("shop__placed_dead_mailer") {
		why = append(why, m.Metadata.Get(DeadReason))
	}
	if len(why) != 2 || strings.Contains(why[0], "\n") || !strings.Contains(why[0], "no header ce-id") || !strings.Contains(why[1], `type "shop/other" on topic shop__placed, wanted shop/placed`) {
		t.Errorf("dead letters: %q", why)
	}
}

// A dead letter that cannot be published is held, reported and tried again.
func TestNoDeadLetter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := &queues{refuse: "dead for"}
		var reported []error
		transport := over(t, q,
			Topic(func(typ string) string { return "topic of " + typ }),
			DeadTopic(func(topic, group string) string { return topic + ", dead for " + group }),
			ErrorHandler(func(err error) { reported = append(reported, err) }),
			MaxDeliver(0),
		)
		handed := 0
		if err := transport.Subscribe(t.Context(), "placed", "mailer", func(d bridge.Delivery) {
			handed++
			d.Settle(errBroker)
		}); err != nil {
			t.Fatal(err)
		}
		if err := transport.Publish(t.Context(), envelope("1", "placed")); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Minute)
		q.accept()
		time.Sleep(time.Minute)
		synctest.Wait()
		if len(reported) < 20 || !errors.Is(reported[0], errBroker) || !strings.Contains(reported[0].Error(), "no dead letter on topic topic of placed, dead for mailer: broker is down") {
			t.Errorf("reported %v", reported)
		}
		if n := len(q.published("topic of placed, dead for mailer")); n != 1 || handed != 1 {
			t.Errorf("%d dead letters, want one; delivered %d times, want once", n, handed)
		}
	})
}

// When the subscription ends, what is no dead letter yet goes back.
func TestNoDeadLetterAtTheEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &script{queues: queues{refuse: "dead"}}
		transport := over(t, s, ErrorHandler(func(error) {}))
		if err := transport.Subscribe(t.Context(), "placed", "mailer", func(d bridge.Delivery) { d.Settle(bridge.Poison(errBroker)) }); err != nil {
			t.Fatal(err)
		}
		m := s.send(t.Context(), event("1", "placed"))
		synctest.Wait()
		if err := transport.Close(); err != nil {
			t.Error(err)
		}
		<-m.Nacked()
	})
}

// dead returns a transport with dead letters of these reasons, one a minute, the
// latest of which is a minute old.
func dead(t *testing.T, q *queues, reasons ...string) *tested {
	t.Helper()
	transport := over(t, q)
	ctx, leave := context.WithCancel(t.Context())
	defer leave()
	if err := transport.Subscribe(ctx, "placed", "mailer", func(d bridge.Delivery) {
		d.Settle(bridge.Poison(errors.New(string(d.Envelope.ID))))
	}); err != nil {
		t.Fatal(err)
	}
	for _, reason := range reasons {
		if err := transport.Publish(t.Context(), envelope(reason, "placed")); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Minute)
	}
	return transport
}

func reasons(t *testing.T, of *tested, f bridge.DeadFilter) (all []string) {
	t.Helper()
	for letter, err := range of.DeadLetters(t.Context(), f) {
		if err != nil {
			t.Error(err)
			return all
		}
		if letter.Envelope == nil || letter.Envelope.ID != letter.Reason || letter.Attempts != 1 || letter.Signal != "placed" || letter.Group != "mailer" {
			t.Errorf("dead letter %+v", letter)
		}
		all = append(all, letter.Reason)
	}
	return all
}

// Dead letters can be read, replayed and discarded by signal, group, reason and age; what
// a filter does not select stays.
func TestDeadLetters(t *testing.T) {
	mailer := bridge.DeadFilter{Signal: "placed", Group: "mailer"}
	with := func(change func(f *bridge.DeadFilter)) bridge.DeadFilter {
		f := mailer
		change(&f)
		return f
	}
	for _, c := range []struct {
		name             string
		filter           bridge.DeadFilter
		selected, others []string
	}{
		{"all", mailer, []string{"no address", "no money", "address unknown"}, nil},
		{"reason", with(func(f *bridge.DeadFilter) { f.Reason = "address" }), []string{"no address", "address unknown"}, []string{"no money"}},
		{"older", with(func(f *bridge.DeadFilter) { f.Older = 150 * time.Second }), []string{"no address"}, []string{"no money", "address unknown"}},
		{"none", with(func(f *bridge.DeadFilter) { f.Reason = "x" }), nil, []string{"no address", "no money", "address unknown"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				q := new(queues)
				transport := dead(t, q, "no address", "no money", "address unknown")
				for range 2 {
					if got := reasons(t, transport, c.filter); !slices.Equal(got, c.selected) {
						t.Errorf("dead letters %q, want %q", got, c.selected)
					}
				}
				before := len(q.published("placed"))
				n, err := transport.ReplayAll(t.Context(), c.filter)
				if replayed := q.published("placed")[before:]; n != len(c.selected) || err != nil || len(replayed) != n {
					t.Errorf("replayed %d, %v; found %d, want %d", n, err, len(replayed), len(c.selected))
				}
				if got := reasons(t, transport, mailer); !slices.Equal(got, c.others) {
					t.Errorf("left %q, want %q", got, c.others)
				}
				if n, err := transport.DiscardAll(t.Context(), mailer); n != len(c.others) || err != nil {
					t.Errorf("discarded %d, %v, want %d", n, err, len(c.others))
				}
				if got := reasons(t, transport, mailer); len(got) != 0 {
					t.Errorf("left %q, want none", got)
				}
			})
		})
	}
}

// A loop over dead letters that is left leaves them all.
func TestDeadLettersLeft(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		transport := dead(t, new(queues), "a", "b", "c")
		mailer := bridge.DeadFilter{Signal: "placed", Group: "mailer"}
		for letter, err := range transport.DeadLetters(t.Context(), mailer) {
			if err != nil || letter.Reason == "b" {
				break
			}
		}
		got := reasons(t, transport, mailer)
		slices.Sort(got)
		if !slices.Equal(got, []string{"a", "b", "c"}) {
			t.Errorf("left %q", got)
		}
	})
}

// The topics of dead letters cannot be listed.
func TestDeadLettersOfAll(t *testing.T) {
	transport := over(t, new(queues))
	for _, f := range []bridge.DeadFilter{{}, {Signal: "placed"}, {Group: "mailer"}} {
		if _, err := transport.ReplayAll(t.Context(), f); !errors.Is(err, errors.ErrUnsupported) {
			t.Errorf("replay %+v: %v", f, err)
		}
		if _, err := transport.DiscardAll(t.Context(), f); !errors.Is(err, errors.ErrUnsupported) {
			t.Errorf("discard %+v: %v", f, err)
		}
		for _, err := range transport.DeadLetters(t.Context(), f) {
			if !errors.Is(err, errors.ErrUnsupported) {
				t.Errorf("read %+v: %v", f, err)
			}
		}
	}
}

// A replay that cannot publish leaves the dead letter where it is.
func TestReplayFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := new(queues)
		transport := dead(t, q, "no address")
		q.refusing("placed", "dead")
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		mailer := bridge.DeadFilter{Signal: "placed", Group: "mailer"}
		n, err := transport.ReplayAll(ctx, mailer)
		if n != 0 || !errors.Is(err, context.DeadlineExceeded) || !errors.Is(err, errBroker) || !strings.Contains(err.Error(), "replay placed for group mailer: ") {
			t.Errorf("replayed %d, %v", n, err)
		}
		q.accept()
		if n, err := transport.ReplayAll(t.Context(), mailer); n != 1 || err != nil {
			t.Errorf("replayed %d, %v", n, err)
		}
	})
}

// A reason has a length that brokers take, and no half of a character.
func TestLongReason(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := new(queues)
		transport := over(t, q)
		if err := transport.Subscribe(t.Context(), "placed", "mailer", func(d bridge.Delivery) {
			d.Settle(bridge.Poison(errors.New("x" + strings.Repeat("ä", 1000))))
		}); err != nil {
			t.Fatal(err)
		}
		if err := transport.Publish(t.Context(), envelope("1", "placed")); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		letters := q.published("placed_dead_mailer")
		if len(letters) != 1 || letters[0].Metadata.Get(DeadReason) != "x"+strings.Repeat("ä", 499) {
			t.Errorf("dead letters %v", letters)
		}
	})
}

// Dead letters can be read and then replayed on real servers.
func TestDeadLettersOnServers(t *testing.T) {
	for _, b := range servers {
		t.Run(b.name, func(t *testing.T) {
			transport := over(t, b.open(t))
			typ := rand.Text()
			heard := make(chan string, 10)
			refuse := true // the receiver's, until it has refused all
			if err := transport.Subscribe(t.Context(), typ, "mailer", func(d bridge.Delivery) {
				if refuse {
					refuse = d.Envelope.ID != "3"
					d.Settle(bridge.Poison(errors.New("refused " + d.Envelope.ID)))
					return
				}
				d.Settle(nil)
				heard <- d.Envelope.ID
			}); err != nil {
				t.Fatal(err)
			}
			for _, id := range []string{"1", "2", "3"} {
				if err := transport.Publish(t.Context(), envelope(id, typ)); err != nil {
					t.Fatal(err)
				}
			}
			letters := bridge.DeadFilter{Signal: typ, Group: "mailer"}
			first := letters
			first.Reason = "refused 1"
			for range 2 {
				read(t, transport, first, 1)
			}
			replayed := 0 // what a closed subscriber of Redis has read waits until it is claimed
			if err := eventually(func() error {
				n, err := transport.ReplayAll(t.Context(), first)
				if replayed += n; err == nil && replayed == 0 {
					err = errors.New("no dead letters")
				}
				return err
			}); err != nil || replayed != 1 {
				t.Errorf("replayed %d, %v, want 1", replayed, err)
			}
			if id := <-heard; id != "1" {
				t.Errorf("heard %s, want 1", id)
			}
			read(t, transport, letters, 2)
		})
	}
}

// read reads dead letters until there are n.
func read(t *testing.T, of *tested, f bridge.DeadFilter, n int) {
	t.Helper()
	if err := eventually(func() error {
		var all []string
		for letter, err := range of.DeadLetters(t.Context(), f) {
			if err != nil {
				return err
			}
			all = append(all, letter.Reason)
		}
		if len(all) != n {
			return fmt.Errorf("dead letters %q, want %d", all, n)
		}
		return nil
	}); err != nil {
		t.Error(err)
	}
}
