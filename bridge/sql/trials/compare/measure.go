package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/signalgen/signalgen/bridge/sql/trials/internal/database"
	"github.com/signalgen/signalgen/bridge/sql/trials/internal/order"
)

// A subject is what a sample measures.
type subject struct {
	contender *contender
	workers   int
}

// A sample is the result of one measurement.
type sample struct {
	p50, p99         time.Duration
	through, backlog float64 // events per second
}

// measure measures all contenders in each round, in a different order each time.
func measure(ctx context.Context, p plan, url string) (map[subject][]sample, error) {
	var subjects []subject
	for i := range contenders {
		if strings.Contains(contenders[i].name, p.only) {
			subjects = append(subjects, subject{&contenders[i], 1}, subject{&contenders[i], 4})
		}
	}
	samples := make(map[subject][]sample)
	for round := range p.rounds {
		for i := range subjects {
			s := subjects[(i+round)%len(subjects)]
			measured, err := s.measure(ctx, p, url)
			if err != nil {
				return nil, fmt.Errorf("%s, %s, %d workers: %w", s.contender.name, s.contender.database, s.workers, err)
			}
			samples[s] = append(samples[s], measured)
			fmt.Fprintf(os.Stderr, "round %d: %s, %s, %d workers: %+v\n", round+1, s.contender.name, s.contender.database, s.workers, measured)
		}
	}
	return samples, nil
}

// measure measures one sample, over a new database.
func (s subject) measure(ctx context.Context, p plan, url string) (m sample, err error) {
	if s.contender.database == "postgres" {
		own, drop, err := database.Create(ctx, url)
		if err != nil {
			return m, err
		}
		defer func() { err = errors.Join(err, drop()) }()
		return s.over(ctx, p, own)
	}
	dir, err := os.MkdirTemp("", "compare-")
	if err != nil {
		return m, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	return s.over(ctx, p, filepath.Join(dir, "shop.db"))
}

// over measures one sample over an empty database.
func (s subject) over(ctx context.Context, p plan, url string) (m sample, err error) {
	system, err := s.contender.open(ctx, url)
	if err != nil {
		return m, err
	}
	defer func() { err = errors.Join(err, system.close()) }()
	t := newTrial(system, p)
	stop, err := system.work(ctx, s.workers, t.receiver)
	if err != nil {
		return m, err
	}
	if m.p50, m.p99, err = t.latency(ctx); err == nil {
		m.through, err = t.throughput(ctx)
	}
	if err := errors.Join(err, stop()); err != nil {
		return m, err
	}
	if err := t.fill(ctx); err != nil {
		return m, err
	}
	if stop, err = system.work(ctx, s.workers, t.receiver); err != nil {
		return m, err
	}
	m.backlog, err = t.drained(ctx)
	return m, errors.Join(err, stop())
}

// A trial is the measurement of a sample.
type trial struct {
	plan
	system system

	mu       sync.Mutex        // guards what follows
	received map[int]time.Time // when the event of an order was first received
	want     int               // how many are to be received
	all      chan struct{}     // receives a token when they are
}

func newTrial(s system, p plan) *trial {
	return &trial{plan: p, system: s, received: make(map[int]time.Time), all: make(chan struct{}, 1)}
}

func (t *trial) receiver(id int) {
	now := time.Now()
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.received[id].IsZero() {
		return
	}
	t.received[id] = now
	if len(t.received) == t.want {
		t.all <- struct{}{}
	}
}

// expect makes wait wait for more events.
func (t *trial) expect(more int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.want += more
}

func (t *trial) wait(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, t.patience)
	defer cancel()
	select {
	case <-t.all:
		return nil
	case <-ctx.Done():
		t.mu.Lock()
		defer t.mu.Unlock()
		return fmt.Errorf("received %d of %d: %w", len(t.received), t.want, ctx.Err())
	}
}

// latency places orders at a fixed rate, and returns the time from the end of the commit to
// the receiver. It is 0 if the event is received before the commit returns.
func (t *trial) latency(ctx context.Context) (p50, p99 time.Duration, err error) {
	t.expect(t.paced)
	committed := make([]time.Time, t.paced)
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for id := range t.paced {
		<-tick.C
		if err := t.system.place(ctx, order.New(id, customers)); err != nil {
			return 0, 0, err
		}
		committed[id] = time.Now()
	}
	if err := t.wait(ctx); err != nil {
		return 0, 0, err
	}
	var took []time.Duration
	for id, at := range committed {
		took = append(took, max(t.received[id].Sub(at), 0))
	}
	slices.Sort(took)
	return took[len(took)/2], took[len(took)*99/100], nil
}

// senders is the number of goroutines that place orders.
const senders = 8

// throughput places orders as fast as it can, and returns the events received per second.
func (t *trial) throughput(ctx context.Context) (float64, error) {
	t.expect(t.through)
	began := time.Now()
	g, within := errgroup.WithContext(ctx)
	for sender := range senders {
		g.Go(func() error {
			for id := sender; id < t.through; id += senders {
				if err := t.system.place(within, order.New(t.paced+id, customers)); err != nil {
					return err
				}
			}
			return nil
		})
	}
	if err := errors.Join(g.Wait(), t.wait(ctx)); err != nil {
		return 0, err
	}
	return float64(t.through) / time.Since(began).Seconds(), nil
}

// fill places orders while there are no workers.
func (t *trial) fill(ctx context.Context) error {
	t.expect(t.backlog)
	const perTx = 100
	for id := 0; id < t.backlog; id += perTx {
		var orders []order.Placed
		for i := id; i < min(id+perTx, t.backlog); i++ {
			orders = append(orders, order.New(t.paced+t.through+i, customers))
		}
		if err := t.system.place(ctx, orders...); err != nil {
			return err
		}
	}
	return nil
}

// drained waits for the events of these orders, and returns how many are received per
// second.
func (t *trial) drained(ctx context.Context) (float64, error) {
	if err := t.wait(ctx); err != nil {
		return 0, err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	var first, last time.Time
	for id, at := range t.received {
		if id < t.paced+t.through {
			continue
		}
		if first.IsZero() || at.Before(first) {
			first = at
		}
		if at.After(last) {
			last = at
		}
	}
	return float64(t.backlog-1) / last.Sub(first).Seconds(), nil
}
