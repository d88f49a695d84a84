package watermillbridge_test

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	wsql "github.com/ThreeDotsLabs/watermill-sql/v4/pkg/sql"
	"github.com/ThreeDotsLabs/watermill/message"

	"github.com/signalgen/signalgen/bridge"
	. "github.com/signalgen/signalgen/bridge/watermill"
)

// script is a broker whose part the test plays.
type script struct {
	queues
	messages chan *message.Message // nil before Subscribe
}

func (s *script) of(string) (message.Subscriber, error) { return s, nil }

func (s *script) Subscribe(ctx context.Context, _ string) (<-chan *message.Message, error) {
	s.messages = make(chan *message.Message)
	to := make(chan *message.Message)
	go forward(ctx, s.messages, to)
	return to, nil
}

// send hands a message over, with a ctx that the test may end.
func (s *script) send(ctx context.Context, m *message.Message) *message.Message {
	m.SetContext(ctx)
	s.messages <- m
	return m
}

// A message that fails is redelivered after the pauses and then becomes a dead letter. The
// broker is told nothing meanwhile.
func TestPauses(t *testing.T) {
	for _, c := range []struct {
		name string
		opts bridge.SubscribeOptions
		want time.Duration
		most int
	}{
		{"default", bridge.SubscribeOptions{}, 47*time.Minute + 36*time.Second, 10},
		{"options", bridge.SubscribeOptions{MaxDeliver: 4, Backoff: []time.Duration{time.Second, time.Minute}}, 2*time.Minute + time.Second, 4},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := new(script)
				transport := over(t, s)
				began := time.Now()
				attempts := 0
				if err := transport.SubscribeWith(t.Context(), "placed", "mailer", c.opts, func(d bridge.Delivery) {
					if attempts++; d.Attempt != attempts || d.Last != (attempts == c.most) {
						t.Errorf("attempt %d, last %t; want attempt %d of %d", d.Attempt, d.Last, attempts, c.most)
					}
					d.Settle(errBroker)
				}); err != nil {
					t.Fatal(err)
				}
				m := s.send(t.Context(), event("1", "placed"))
				select {
				case <-m.Acked():
				case <-m.Nacked():
					t.Error("the broker was told")
				}
				if attempts != c.most || time.Since(began) != c.want || len(s.published("placed_dead_mailer")) != 1 {
					t.Errorf("%d attempts in %v, want %d in %v, with a dead letter", attempts, time.Since(began), c.most, c.want)
				}
			})
		})
	}
}

// A message that the broker takes back during a pause, and redelivers, waits for the
// rest of the pause, and its failures count.
func TestTakenBackInAPause(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := new(script)
		transport := over(t, s, MaxDeliver(2), Backoff(time.Minute))
		began := time.Now()
		var at []time.Duration
		if err := transport.Subscribe(t.Context(), "placed", "mailer", func(d bridge.Delivery) {
			at = append(at, time.Since(began))
			d.Settle(errBroker)
		}); err != nil {
			t.Fatal(err)
		}
		for range 3 {
			ctx, takeBack := context.WithTimeout(t.Context(), 25*time.Second)
			s.send(ctx, event("1", "placed"))
			<-ctx.Done()
			takeBack()
			synctest.Wait()
		}
		if len(at) != 2 || at[1] != time.Minute || len(s.published("placed_dead_mailer")) != 1 {
			t.Errorf("delivered after %v, want 0s and 1m0s", at)
		}
	})
}

// A message that the broker takes back from a receiver is not delivered a second time
// meanwhile.
func TestTakenBackDuringDelivery(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := new(script)
		transport := over(t, s)
		var d bridge.Delivery
		handed := 0
		if err := transport.Subscribe(t.Context(), "placed", "mailer", func(got bridge.Delivery) {
			d = got
			handed++
		}); err != nil {
			t.Fatal(err)
		}
		ctx, takeBack := context.WithCancel(t.Context())
		s.send(ctx, event("1", "placed"))
		takeBack()
		again := s.send(t.Context(), event("1", "placed"))
		synctest.Wait()
		d.Settle(nil)
		<-again.Acked()
		if handed != 1 {
			t.Errorf("delivered %d times, want once", handed)
		}
	})
}

// A message that is settled just when the broker has taken it back is acknowledged when it
// comes again, and not delivered.
func TestTakenBackAndSettled(t *testing.T) {
	for _, err := range []error{nil, bridge.Poison(errBroker)} {
		synctest.Test(t, func(t *testing.T) {
			s := new(script)
			transport := over(t, s)
			handed := 0
			ctx, takeBack := context.WithCancel(t.Context())
			if subscribed := transport.Subscribe(t.Context(), "placed", "mailer", func(d bridge.Delivery) {
				handed++
				takeBack()
				d.Settle(err)
			}); subscribed != nil {
				t.Fatal(subscribed)
			}
			s.send(ctx, event("1", "placed"))
			synctest.Wait()
			<-s.send(t.Context(), event("1", "placed")).Acked()
			want := 0
			if err != nil {
				want = 1
			}
			if letters := len(s.published("placed_dead_mailer")); handed != 1 || letters != want {
				t.Errorf("settled with %v: delivered %d times, want once; %d dead letters, want %d", err, handed, letters, want)
			}
		})
	}
}

// Of many events that have failed and are not held, the oldest alone are forgotten.
func TestManyFailures(t *testing.T) {
	const many = 10_000 // that are kept in mind
	synctest.Test(t, func(t *testing.T) {
		s := new(script)
		transport := over(t, s, Backoff(time.Second), MaxDeliver(3))
		attempts := make(map[string]int)
		if err := transport.Subscribe(t.Context(), "placed", "mailer", func(d bridge.Delivery) {
			attempts[d.Envelope.ID] = d.Attempt
			d.Settle(errBroker)
		}); err != nil {
			t.Fatal(err)
		}
		takenBack := func(id string) {
			ctx, takeBack := context.WithCancel(t.Context())
			s.send(ctx, event(id, "placed"))
			synctest.Wait()
			takeBack()
			synctest.Wait()
		}
		takenBack("oldest")
		takenBack("old")
		for i := range many - 1 {
			takenBack(fmt.Sprint(i))
		}
		time.Sleep(time.Second)
		takenBack("old")
		takenBack("0")
		takenBack("oldest")
		if attempts["old"] != 2 || attempts["0"] != 2 || attempts["oldest"] != 1 {
			t.Errorf("attempts: %d, %d and of the one too many %d, want 2, 2 and 1", attempts["old"], attempts["0"], attempts["oldest"])
		}
	})
}

// A delivery that a closed bridge has not begun does not count as a failure.
func TestReleased(t *testing.T) {
	q := new(queues)
	transport := over(t, q, MaxDeliver(1))
	ctx, leave := context.WithCancel(t.Context())
	defer leave()
	handed := 0
	heard := make(chan struct{})
	if err := transport.Subscribe(ctx, "placed", "mailer", func(d bridge.Delivery) {
		if handed++; handed <= 3 {
			d.Settle(bridge.ErrClosed)
			return
		}
		d.Settle(nil)
		close(heard)
	}); err != nil {
		t.Fatal(err)
	}
	if err := transport.Publish(t.Context(), envelope("1", "placed")); err != nil {
		t.Fatal(err)
	}
	<-heard
	if n := len(q.published("placed_dead_mailer")); n != 0 {
		t.Errorf("%d dead letters, want none", n)
	}
}

// A message in a pause is returned to the broker at once when the subscription ends.
func TestPauseEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := new(script)
		transport := over(t, s)
		if err := transport.Subscribe(t.Context(), "placed", "mailer", func(d bridge.Delivery) { d.Settle(errBroker) }); err != nil {
			t.Fatal(err)
		}
		m := s.send(t.Context(), event("1", "placed"))
		synctest.Wait()
		began := time.Now()
		if err := transport.Close(); err != nil || time.Since(began) > 0 {
			t.Errorf("closed after %v, %v", time.Since(began), err)
		}
		<-m.Nacked()
	})
}

// A broker that does not take a subscription is asked again, and whoever waits is told.
func TestSubscribeWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		reported := 0
		q := new(queues)
		transport := New(q, func(group string) (message.Subscriber, error) {
			if time.Since(began) < 10*time.Second {
				return nil, errBroker
			}
			return q.of(group)
		}, ErrorHandler(func(err error) {
			if reported++; !errors.Is(err, errBroker) || !strings.Contains(err.Error(), "subscriber of group mailer") {
				t.Errorf("reported %v", err)
			}
		}))
		subscribe := func(ctx context.Context) error {
			return transport.Subscribe(ctx, "placed", "mailer", func(bridge.Delivery) {})
		}
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		if err := subscribe(ctx); !errors.Is(err, errBroker) || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v", err)
		}
		if err := subscribe(t.Context()); err != nil || reported == 0 {
			t.Errorf("got %v, with %d reports", err, reported)
		}
		if err := transport.Close(); err != nil {
			t.Error(err)
		}
		poisoned := New(q, func(string) (message.Subscriber, error) { return nil, bridge.Poison(errBroker) })
		if err := poisoned.Subscribe(t.Context(), "placed", "mailer", nil); !errors.Is(err, errBroker) {
			t.Errorf("got %v", err)
		}
	})
}

// A subscription that the broker ends begins anew.
func TestBrokerEndsSubscription(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := new(script)
		var reported error
		transport := over(t, s, ErrorHandler(func(err error) { reported = err }))
		handed := 0
		if err := transport.Subscribe(t.Context(), "placed", "mailer", func(d bridge.Delivery) {
			handed++
			d.Settle(nil)
		}); err != nil {
			t.Fatal(err)
		}
		first := s.messages
		close(first)
		synctest.Wait()
		if s.messages == first {
			t.Fatal("there is no other subscription")
		}
		<-s.send(t.Context(), event("1", "placed")).Acked()
		if handed != 1 || reported == nil || !strings.Contains(reported.Error(), "topic placed, group mailer: the broker has ended the subscription") {
			t.Errorf("delivered %d times, reported %v", handed, reported)
		}
	})
}

// Retries over a database take as long as the pauses, and no second each.
func TestRetriesOverSQL(t *testing.T) {
	p := newPostgres(t)
	transport := over(t, p, Backoff(time.Millisecond), MaxDeliver(1000))
	const times = 50 // a nack each would take as many seconds
	began := time.Now()
	heard := make(chan int, 1)
	typ := rand.Text()
	if err := transport.Subscribe(t.Context(), typ, "mailer", func(d bridge.Delivery) {
		if d.Attempt <= times {
			d.Settle(errBroker)
			return
		}
		d.Settle(nil)
		heard <- d.Attempt
	}); err != nil {
		t.Fatal(err)
	}
	if err := transport.Publish(t.Context(), envelope("1", typ)); err != nil {
		t.Fatal(err)
	}
	select {
	case attempt := <-heard:
		t.Logf("attempt %d after %v", attempt, time.Since(began))
	case <-time.After(times * time.Second / 2):
		t.Error("not heard")
	}
}

// A message that is held for longer than the database allows is not redelivered, and
// a retry waits for its pause.
func TestHeldOverSQL(t *testing.T) {
	p := newPostgres(t)
	deadline := 100 * time.Millisecond
	p.configure = func(c *wsql.SubscriberConfig) { c.AckDeadline = &deadline }
	transport := over(t, p, Backoff(500*time.Millisecond))
	handed := make(chan bridge.Delivery, 10)
	typ := rand.Text()
	if err := transport.Subscribe(t.Context(), typ, "mailer", func(d bridge.Delivery) { handed <- d }); err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{"1", "2"} {
		if err := transport.Publish(t.Context(), envelope(id, typ)); err != nil {
			t.Fatal(err)
		}
	}
	var heard []string
	for _, settle := range []error{errBroker, nil, nil} {
		d := <-handed
		heard = append(heard, fmt.Sprintf("%s:%d", d.Envelope.ID, d.Attempt))
		time.Sleep(3 * deadline)
		d.Settle(settle)
	}
	select {
	case d := <-handed:
		t.Errorf("then %s was redelivered", d.Envelope.ID)
	case <-time.After(3 * deadline):
	}
	if got := strings.Join(heard, " "); got != "1:1 1:2 2:1" {
		t.Errorf("heard %s, want 1:1 1:2 2:1", got)
	}
}

// After a stop in the middle of a backlog nothing that was settled is redelivered, even if it
// comes right after the last one was.
func TestStopHearsNothingTwice(t *testing.T) {
	for _, b := range servers {
		t.Run(b.name, func(t *testing.T) {
			const backlog, each = 100, 9
			broker := b.open(t)
			first := over(t, broker)
			typ := rand.Text()
			for i := range backlog {
				if err := first.Publish(t.Context(), envelope(fmt.Sprint(i), typ)); err != nil {
					t.Fatal(err)
				}
			}
			heard := make(map[string]int)
			for stops := 0; len(heard) < backlog; stops++ {
				if stops == backlog {
					t.Fatalf("heard %d after %d stops", len(heard), stops)
				}
				hearSome(t, broker, typ, each, heard)
			}
			for id, n := range heard {
				if n > 1 {
					t.Errorf("heard %s %d times", id, n)
				}
			}
		})
	}
}

// hearSome is a process that stops when it has heard n, or all.
func hearSome(t *testing.T, b broker, typ string, n int, heard map[string]int) {
	t.Helper()
	transport := New(b, b.of)
	ctx, leave := context.WithTimeout(t.Context(), 5*time.Second)
	defer leave()
	var mu sync.Mutex // guards heard
	if err := transport.Subscribe(ctx, typ, "mailer", func(d bridge.Delivery) {
		mu.Lock()
		defer mu.Unlock()
		if n == 0 {
			d.Settle(bridge.ErrClosed)
			return
		}
		heard[d.Envelope.ID]++
		d.Settle(nil)
		if n--; n == 0 || len(heard) == 100 {
			leave()
		}
	}); err != nil {
		t.Fatal(err)
	}
	<-ctx.Done()
	if err := transport.Close(); err != nil {
		t.Error(err)
	}
}
