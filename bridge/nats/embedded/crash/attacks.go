//go:build unix

package main

import (
	"bytes"
	"context"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/signalgen/signalgen/bridge"
	natsbridge "github.com/signalgen/signalgen/bridge/nats"
	"github.com/signalgen/signalgen/bridge/nats/embedded/internal/cluster"
	"github.com/signalgen/signalgen/bridge/nats/embedded/internal/order"
)

// An attack is what a program may do that may publish to the subjects of signals and dead
// letters, or what a program of another version does. do returns how often it tried, and
// how often it did harm.
type attack struct {
	name, harm string
	do         func(ctx context.Context, v *victim) (tried, harmed int, err error)
}

var attacks = []attack{
	{"guess", "signals that were acknowledged and not heard, since their id was used before", guessIDs},
	{"forge", "requests, messages and secrets that Replay published for a forged dead letter", forgeLetters},
	{"headers", "messages that the server took and that come again and again", fillHeaders},
	{"skew", "signals of another version heard with a zero value and without a warning", skew(bridge.JSON, true)},
	{"skew-strict", "the same heard at all by bridge.Strict", skew(bridge.Strict, false)},
}

const attackHead = `
| attack | tried | did harm | harm is |
| --- | ---: | ---: | --- |`

// A victim is a server and a program that sends and receives on it.
type victim struct {
	server    *cluster.Cluster
	transport *natsbridge.Transport
	attacker  *nats.Conn
	signals   order.Signals
	mu        sync.Mutex // guards heard
	heard     []order.Placed
}

func (a attack) run(ctx context.Context, p plan) (tried, harmed int, err error) {
	dir, err := os.MkdirTemp("", "crash-")
	if err != nil {
		return 0, 0, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	v := &victim{}
	if v.server, err = cluster.Start(ctx, dir, 1); err != nil {
		return 0, 0, err
	}
	defer v.server.End()
	if v.transport, err = natsbridge.Connect(ctx, v.server.URL(), natsbridge.AckWait(time.Second), natsbridge.Logger(logger(p.log))); err != nil {
		return 0, 0, err
	}
	defer v.transport.Conn().Close()
	if v.attacker, err = nats.Connect(v.server.URL()); err != nil {
		return 0, 0, err
	}
	defer v.attacker.Close()
	return a.do(ctx, v)
}

// receive connects a receiver and lets the victim hear orders from now on.
func (v *victim) receive(opts ...bridge.Option) error {
	v.signals.Placed.Connect(func(_ context.Context, o order.Placed) error {
		v.mu.Lock()
		defer v.mu.Unlock()
		v.heard = append(v.heard, o)
		return nil
	})
	quiet := bridge.ErrorHandler(func(context.Context, *bridge.DeliveryError) {})
	_, err := bridge.Receive(bridge.New(v.transport, append(opts, quiet)...), &v.signals.Placed, bridge.Group("crash"))
	return err
}

// hears waits until an order is heard, and returns false if it takes too long.
func (v *victim) hears(id int) bool {
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(100 * time.Millisecond) {
		v.mu.Lock()
		heard := slices.ContainsFunc(v.heard, func(o order.Placed) bool { return o.ID == id })
		v.mu.Unlock()
		if heard {
			return true
		}
	}
	return false
}

// lastPart matches the part of an id that may be a counter.
var lastPart = regexp.MustCompile(`[0-9a-zA-Z]+$`)

// guessIDs looks at each message and publishes others under the ids that may come next:
// the last part plus one, read as a number of base 10, 16 and 36.
func guessIDs(ctx context.Context, v *victim) (tried, harmed int, err error) {
	var sending order.Signals
	bridge.Publish(bridge.New(v.transport), &sending.Placed)
	if err := v.receive(); err != nil {
		return 0, 0, err
	}
	seen, err := v.attacker.SubscribeSync(orderSubject)
	if err != nil {
		return 0, 0, err
	}
	if err := v.attacker.Flush(); err != nil {
		return 0, 0, err
	}
	const orders = 200
	for id := range orders {
		if err := sending.Placed.Send(ctx, order.New(id)); err != nil {
			return 0, 0, err
		}
		m, err := seen.NextMsg(time.Second)
		for ; err == nil && m.Header.Get("Forged") != ""; m, err = seen.NextMsg(time.Second) {
		}
		if err != nil {
			return 0, 0, err
		}
		m.Header.Set("Forged", "yes")
		m.Header.Set("ce-id", "forged")
		known := m.Header.Get(nats.MsgIdHdr)
		for _, base := range []int{10, 16, 36} {
			next := lastPart.ReplaceAllStringFunc(known, func(part string) string {
				n, err := strconv.ParseUint(part, base, 64)
				if err != nil {
					return part
				}
				return strconv.FormatUint(n+1, base)
			})
			m.Header.Set(nats.MsgIdHdr, next)
			if _, err := v.attacker.RequestMsg(&nats.Msg{Subject: m.Subject, Header: m.Header, Data: []byte(`{"ID":-1}`)}, time.Second); err != nil {
				return 0, 0, err
			}
			tried++
		}
	}
	v.hears(orders - 1) // if it is not heard, it counts below
	v.mu.Lock()
	defer v.mu.Unlock()
	known := make(map[int]bool)
	for _, o := range v.heard {
		known[o.ID] = true
	}
	for id := range orders {
		if !known[id] {
			harmed++
		}
	}
	return tried, harmed, nil
}

const orderSubject = "signals.trial.order.placed"

// fillHeaders publishes messages that nobody can read, with headers of all sizes up to
// the server's limit. All of them must become dead letters.
func fillHeaders(ctx context.Context, v *victim) (tried, harmed int, err error) {
	if err := v.receive(); err != nil {
		return 0, 0, err
	}
	for size := 60000; size <= 65600; size += 10 {
		m := nats.NewMsg(orderSubject)
		m.Header.Set("Filling", strings.Repeat("x", size))
		if answer, err := v.attacker.RequestMsg(m, time.Second); err != nil || bytes.Contains(answer.Data, []byte(`"error"`)) {
			break // the server's limit
		}
		tried++
	}
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(time.Second) {
		info, err := v.server.JS.Consumer(ctx, stream, consumer)
		if err != nil {
			return tried, 0, err
		}
		harmed = info.CachedInfo().NumAckPending + int(info.CachedInfo().NumPending)
		if harmed == 0 || time.Now().After(deadline) {
			return tried, harmed, nil
		}
	}
}
