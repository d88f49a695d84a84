package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/signalgen/signalgen/bridge"
	natsbridge "github.com/signalgen/signalgen/bridge/nats"
	"github.com/signalgen/signalgen/bridge/nats/embedded/internal/order"
)

// senders is how many sends may be waiting at the same time.
const senders = 64

// quiet has nobody hear of connections that are lost, which is what this is about.
var quiet = slog.New(slog.DiscardHandler)

// send sends what the plan says, at its rate, and returns how often a send of each
// id has returned nil, which is once.
func (s *stage) send(ctx context.Context) (sent []bool, err error) {
	transport, err := natsbridge.Connect(ctx, s.url, natsbridge.Logger(quiet))
	if err != nil {
		return nil, err
	}
	var signals order.Signals
	b := bridge.New(transport)
	bridge.Publish(b, &signals.Placed)

	sent = make([]bool, s.plan.count)
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(senders)
	began := time.Now()
	for id := range s.plan.count {
		time.Sleep(time.Until(began.Add(time.Duration(id) * time.Second / time.Duration(s.plan.rate))))
		g.Go(func() error {
			err := signals.Placed.Send(ctx, order.New(id))
			sent[id] = err == nil
			return err
		})
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	if err := b.Close(ctx); err != nil {
		return nil, err
	}
	return sent, transport.Close()
}

// result is what has become of what was sent.
type result struct {
	sent, heard, missing, twice int
	took                        time.Duration
}

func (r result) String() string {
	return fmt.Sprintf("%d sent, %d heard, %d missing, %d heard again, in %v", r.sent, r.heard, r.missing, r.twice, r.took.Round(time.Millisecond))
}

// await waits until all is heard that was sent, but not for longer than ten ack
// waits, and then for one more, for what comes twice.
func (s *stage) await(sent []bool) (r result) {
	for deadline := time.Now().Add(10 * s.plan.ackWait); ; time.Sleep(100 * time.Millisecond) {
		if r = s.count(sent); r.missing == 0 || time.Now().After(deadline) {
			break
		}
	}
	time.Sleep(s.plan.ackWait + time.Second)
	return s.count(sent)
}

// count reads what the receivers have heard.
func (s *stage) count(sent []bool) (r result) {
	data, err := os.ReadFile(s.heard())
	if err != nil {
		return result{missing: len(sent)} // nobody has heard anything
	}
	times := make(map[string]int)
	for id := range strings.FieldsSeq(string(data)) {
		times[id]++
		if times[id] > 1 {
			r.twice++
		}
	}
	r.heard = len(times)
	for id, ok := range sent {
		if ok {
			r.sent++
		}
		if ok && times[fmt.Sprint(id)] == 0 {
			r.missing++
		}
	}
	return r
}
