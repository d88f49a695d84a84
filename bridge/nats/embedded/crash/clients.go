//go:build unix

package main

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"golang.org/x/sync/errgroup"

	"github.com/signalgen/signalgen/bridge"
	natsbridge "github.com/signalgen/signalgen/bridge/nats"
	"github.com/signalgen/signalgen/bridge/nats/embedded/internal/order"
)

// A client sends orders, by the bridge or by hand.
type client struct {
	publish func(ctx context.Context, o order.Placed) error
	close   func()
	heard   string         // the file to which its receivers write
	dead    map[uint64]int // ids of orders that are dead letters, by what these are called

	mu           sync.Mutex // guards what follows
	acknowledged map[int]time.Time
	failed       map[int]error
	began, ended time.Time
}

func newClient(publish func(ctx context.Context, o order.Placed) error, end func()) *client {
	return &client{publish: publish, close: end, acknowledged: make(map[int]time.Time), failed: make(map[int]error)}
}

// bridged sends by a bridge.
func bridged(transport *natsbridge.Transport) *client {
	var signals order.Signals
	bridge.Publish(bridge.New(transport), &signals.Placed, bridge.KeyBy(func(o order.Placed) string { return o.Customer }))
	return newClient(signals.Placed.Send, func() {})
}

const handSubject = "signals.hand" // of the same stream as the bridge's

// byHand publishes with an id until it has an acknowledgement.
func byHand(url string) (*client, error) {
	nc, err := nats.Connect(url, nats.MaxReconnects(-1), nats.ErrorHandler(func(*nats.Conn, *nats.Subscription, error) {}))
	if err != nil {
		return nil, err
	}
	js, err := jetstream.New(nc)
	if err != nil {
		return nil, err
	}
	return newClient(func(ctx context.Context, o order.Placed) error {
		data, err := json.Marshal(o)
		if err != nil {
			return err
		}
		ctx, cancel := context.WithTimeout(ctx, time.Minute)
		defer cancel()
		for {
			attempt, cancel := context.WithTimeout(ctx, 2*time.Second)
			_, err := js.Publish(attempt, handSubject, data, jetstream.WithMsgID(fmt.Sprint(o.ID)))
			cancel()
			if err == nil || ctx.Err() != nil {
				return err
			}
			time.Sleep(100 * time.Millisecond)
		}
	}, nc.Close), nil
}

// The kinds of orders. Only the bridge's client has others than fine ones.
const (
	fine   = ""
	late   = "late"   // receivers fail for lateness after it was sent
	poison = "poison" // receivers fail the first time
)

const lateness = 10 * time.Second

// send has each key send one order after another, at the plan's rate together, until the
// trial is over and enough are sent. What a key could not send in time it does not make up
// for.
func (s *stage) send(ctx context.Context, c *client) error {
	every := time.Second / time.Duration(s.plan.rate) // between two sends of all keys
	g, ctx := errgroup.WithContext(ctx)
	c.began = time.Now()
	for key := range s.plan.keys {
		g.Go(func() error {
			s.sleep(ctx, time.Duration(key)*every)
			for id := key; ctx.Err() == nil && (id < s.plan.count || !s.isOver()); id += s.plan.keys {
				s.sendOne(ctx, c, id)
				s.sleep(ctx, time.Duration(s.plan.keys)*every)
			}
			return ctx.Err()
		})
	}
	err := g.Wait()
	c.ended = time.Now()
	return err
}

func (s *stage) sendOne(ctx context.Context, c *client, id int) {
	s.sending.RLock()
	defer s.sending.RUnlock()
	o := order.New(id)
	o.Customer = fmt.Sprint("customer ", id%s.plan.keys)
	if c == s.bridge && (s.kind == poison || s.kind == late && id%20 == 0) {
		o.Items = []string{s.kind}
	}
	err := c.publish(ctx, o)
	c.mu.Lock()
	defer c.mu.Unlock()
	if err != nil {
		c.failed[id] = err
	} else {
		c.acknowledged[id] = time.Now()
	}
}

func (s *stage) isOver() bool {
	select {
	case <-s.over:
		return true
	default:
		return false
	}
}
