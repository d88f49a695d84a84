package watermillbridge_test

import (
	"context"
	"crypto/rand"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/signalgen/signalgen/bridge"
	. "github.com/signalgen/signalgen/bridge/watermill"
)

// No two names have one topic, and no topic has what a broker may refuse.
func TestDefaultTopics(t *testing.T) {
	names := []string{"a/b", "a_b", "a__b", "a_ub", "a/_b", "a_/b", "a.b", "a-b", "a_u_b", "a_uub", "a_dead_b", "ä", "a_xc3", "a_hb", strings.Repeat("x", 46), strings.Repeat("x", 47)}
	q := new(queues)
	transport := New(q, q.of)
	for _, name := range names {
		if err := transport.Publish(t.Context(), envelope("1", name)); err != nil {
			t.Fatal(err)
		}
	}
	topics := q.topics()
	refused := func(topic string) bool {
		return len(topic) > 45 || strings.ContainsFunc(topic, func(c rune) bool { return c > 'z' || c == '/' })
	}
	if len(topics) != len(names) || slices.ContainsFunc(topics, refused) {
		t.Errorf("topics %q", topics)
	}
}

func TestShortened(t *testing.T) {
	for _, c := range []struct {
		name  string
		limit int
		want  string
	}{
		{"short", 5, "short"},
		{"any length", 0, "any length"},
		{"example.com__company__order.Placed", 30, "vysdtdrvexnuwyz4_h" + "order.Placed"},
		{"example.com__company__order.Refunded", 18, "gtmdhqqu6y7vx46p_h"},
		{"example.com__company__order.Refunded", 5, "gtmdh"},
	} {
		if got := Shortened(c.name, c.limit); got != c.want {
			t.Errorf("%s within %d: got %s, want %s", c.name, c.limit, got, c.want)
		}
	}
}

// The limit is for the topics of dead letters too.
func TestTopicLimit(t *testing.T) {
	q := new(queues)
	transport := over(t, q, TopicLimit(20))
	ctx, leave := context.WithCancel(t.Context())
	defer leave()
	settled := make(chan struct{})
	if err := transport.Subscribe(ctx, "example.com/shop/order.Placed", "mailer", func(d bridge.Delivery) {
		defer close(settled)
		d.Settle(bridge.Poison(errBroker))
	}); err != nil {
		t.Fatal(err)
	}
	if err := transport.Publish(ctx, envelope("1", "example.com/shop/order.Placed")); err != nil {
		t.Fatal(err)
	}
	<-settled
	if err := eventually(func() error {
		if topics := q.topics(); len(topics) != 2 || slices.ContainsFunc(topics, func(topic string) bool { return len(topic) != 20 }) {
			return fmt.Errorf("topics %q, want two of 20 bytes", topics)
		}
		return nil
	}); err != nil {
		t.Error(err)
	}
}

// The second signal of one topic is an error, and so are dead letters on a topic of
// something else.
func TestTopicIsTaken(t *testing.T) {
	q := new(queues)
	for _, c := range []struct {
		name   string
		opt    Option
		second func(t *Transport) error
		want   string
	}{
		{"publish", Topic(func(string) string { return "all" }), func(of *Transport) error {
			return of.Publish(t.Context(), envelope("1", "paid"))
		}, "publish paid: topic all is for signal placed and for signal paid"},
		{"subscribe", Topic(func(string) string { return "all" }), func(of *Transport) error {
			return of.Subscribe(t.Context(), "paid", "mailer", func(bridge.Delivery) {})
		}, "topic all is for signal placed and for signal paid"},
		{"dead letters", DeadTopic(func(topic, _ string) string { return topic }), func(of *Transport) error {
			return of.Subscribe(t.Context(), "placed", "mailer", func(bridge.Delivery) {})
		}, "topic placed is for signal placed and for the dead letters of placed for group mailer"},
		{"replay", Topic(func(string) string { return "all" }), func(of *Transport) error {
			_, err := of.ReplayAll(t.Context(), bridge.DeadFilter{Signal: "paid", Group: "mailer"})
			return err
		}, "topic all is for signal placed and for signal paid"},
	} {
		transport := New(q, q.of, c.opt)
		for range 2 {
			if err := transport.Publish(t.Context(), envelope("1", "placed")); err != nil {
				t.Fatal(err)
			}
		}
		if err := c.second(transport); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %s", c.name, err, c.want)
		}
	}
}

// Two signals whose names are alike in what a database keeps of them, and their dead
// letters, do not meet there.
func TestLongNames(t *testing.T) {
	p := newPostgres(t)
	transport := over(t, p, soon)
	base := "example.com/a/company/with/a/long/name/and/many/packages/" + rand.Text() + "/order."
	ctx, leave := context.WithCancel(t.Context())
	defer leave()
	var mu sync.Mutex
	heard := make(map[string]int)
	for _, name := range []string{"Placed", "Paid"} {
		for _, group := range []string{"mailer", "stock"} {
			if err := transport.Subscribe(ctx, base+name, group, func(d bridge.Delivery) {
				mu.Lock()
				defer mu.Unlock()
				heard[group+" "+name]++
				if d.Envelope.Type != base+name {
					t.Errorf("heard %s as %s", d.Envelope.Type, name)
				}
				if d.Envelope.ID == "0" {
					d.Settle(bridge.Poison(errBroker))
					return
				}
				d.Settle(nil)
			}); err != nil {
				t.Fatal(err)
			}
		}
		for i := range 10 {
			if err := transport.Publish(ctx, envelope(fmt.Sprint(i), base+name)); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := eventually(func() error {
		mu.Lock()
		defer mu.Unlock()
		all := 0
		for _, n := range heard {
			all += n
		}
		if all < 40 {
			return fmt.Errorf("heard %v", heard)
		}
		return nil
	}); err != nil {
		t.Error(err)
	}
	leave()
	if err := transport.Close(); err != nil {
		t.Error(err)
	}
	for _, name := range []string{"Placed", "Paid"} {
		topic := Shortened(strings.ReplaceAll(base+name, "/", "__"), 45)
		dead := deadTopic(base+name, "mailer")
		if n, letters := p.rows(t, topic), p.rows(t, dead); n != 10 || letters != 1 || heard["mailer "+name] != 10 || heard["stock "+name] != 10 {
			t.Errorf("%s: %d rows and %d dead letters, heard %v", name, n, letters, heard)
		}
	}
}
