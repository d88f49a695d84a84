//go:build unix

package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/signalgen/signalgen/bridge"
	natsbridge "github.com/signalgen/signalgen/bridge/nats"
	"github.com/signalgen/signalgen/bridge/nats/embedded/internal/cluster"
	"github.com/signalgen/signalgen/bridge/nats/embedded/internal/order"
)

// An attack is what somebody does who may publish to the subjects of signals and dead
// letters, or a program of another version. It returns how often it was tried, and how
// often it did harm.
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

// receive has the victim hear orders from now on.
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

// lastPart is where an id counts.
var lastPart = regexp.MustCompile(`[0-9a-zA-Z]+$`)

// guessIDs looks at each message, and publishes others under the ids that may come next:
// one higher, read as a number of base 10, 16 and 36.
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
	time.Sleep(time.Second)
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

// forgeLetters has an operator replay dead letters that nobody has died of: that delete
// a stream, publish to a subject of others, and fetch what is in a stream of others.
func forgeLetters(ctx context.Context, v *victim) (tried, harmed int, err error) {
	js := v.server.JS
	if _, err := js.CreateStream(ctx, jetstream.StreamConfig{Name: "VICTIM", Subjects: []string{"victim.>"}}); err != nil {
		return 0, 0, err
	}
	const secret = "the secret of another program"
	if _, err := js.Publish(ctx, "victim.secret", []byte(secret)); err != nil {
		return 0, 0, err
	}
	for _, forged := range []map[string]string{
		{"Subject": "$JS.API.STREAM.DELETE.VICTIM"},
		{"Subject": "$JS.API.STREAM.PURGE.VICTIM"},
		{"Subject": "$JS.API.STREAM.DELETE.VICTIM", "Signal": "$JS.API.STREAM.DELETE.VICTIM"},
		{"Subject": "victim.injected"},
		{"Subject": "victim.injected", "Signal": "../victim.injected"},
		{"Stream": "VICTIM", "Sequence": "1", "Cut": "1"},
		{"Stream": "VICTIM", "Sequence": "-1", "Cut": "1"},
		{"Stream": "VICTIM", "Sequence": "18446744073709551615", "Cut": "18446744073709551615"},
	} {
		m := nats.NewMsg("signals-dead.crash.trial.order.placed")
		for name, value := range map[string]string{
			"Group": "crash", "Reason": "none", "Attempts": "1", "Stream": stream, "Sequence": "1", "Subject": orderSubject, "Signal": "trial.order.placed",
		} {
			if f := forged[name]; f != "" {
				value = f
			}
			m.Header.Set("Signalgen-Dead-"+name, value)
		}
		if cut := forged["Cut"]; cut != "" {
			m.Header.Set("Signalgen-Dead-Cut", cut)
		}
		if _, err := v.attacker.RequestMsg(m, time.Second); err != nil {
			return 0, 0, err
		}
		tried++
	}
	for letter, err := range v.transport.DeadLetters(ctx) {
		if err != nil {
			return 0, 0, err
		}
		replaying, cancel := context.WithTimeout(ctx, time.Second)
		_ = v.transport.Replay(replaying, letter.Sequence) // an error is what is wanted of it
		cancel()
		n, err := v.harm(ctx, secret)
		if err != nil {
			return 0, 0, err
		}
		harmed += n
	}
	return tried, harmed, nil
}

// harm counts what the replay of a forged dead letter has done, and makes up for it.
func (v *victim) harm(ctx context.Context, secret string) (n int, err error) {
	other, err := v.server.JS.CreateOrUpdateStream(ctx, jetstream.StreamConfig{Name: "VICTIM", Subjects: []string{"victim.>"}})
	if err != nil {
		return 0, err
	}
	if other.CachedInfo().State.Msgs != 1 {
		n++
		if err := other.Purge(ctx); err != nil {
			return n, err
		}
		if _, err := v.server.JS.Publish(ctx, "victim.secret", []byte(secret)); err != nil {
			return n, err
		}
	}
	own, err := v.server.JS.Stream(ctx, stream)
	if err != nil {
		return n, err
	}
	last, err := own.GetLastMsgForSubject(ctx, orderSubject)
	if err == nil && string(last.Data) == secret {
		n++
		err = own.Purge(ctx)
	}
	if err != nil && !strings.Contains(err.Error(), jetstream.ErrMsgNotFound.Error()) {
		return n, err
	}
	return n, nil
}

// fillHeaders publishes messages that nobody can read, with headers of all sizes up to
// what a server takes, which must all become dead letters.
func fillHeaders(ctx context.Context, v *victim) (tried, harmed int, err error) {
	if err := v.receive(); err != nil {
		return 0, 0, err
	}
	for size := 60000; size <= 65600; size += 10 {
		m := nats.NewMsg(orderSubject)
		m.Header.Set("Filling", strings.Repeat("x", size))
		if answer, err := v.attacker.RequestMsg(m, time.Second); err != nil || bytes.Contains(answer.Data, []byte(`"error"`)) {
			break // the server takes no larger ones
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

// Orders as programs of other versions know them.
type (
	renamed struct {
		ID     int
		Sent   time.Time
		Client string
		Items  []string
		Price  int
	}
	removed struct {
		ID       int
		Sent     time.Time
		Customer string
		Items    []string
	}
	nullable struct {
		ID       int
		Sent     time.Time
		Customer *string
		Items    []string
		Price    int
	}
)

// skew has programs of other versions send the signal, and one of the receiver's own. A
// zero value that was warned of does no harm if warned says so.
func skew(codec bridge.Codec, warned bool) func(ctx context.Context, v *victim) (tried, harmed int, err error) {
	return func(ctx context.Context, v *victim) (tried, harmed int, err error) {
		var log safeBuffer
		slog.SetDefault(slog.New(slog.NewTextHandler(&log, nil)))
		if err := v.receive(bridge.WithCodec(codec)); err != nil {
			return 0, 0, err
		}
		now := time.Now()
		for i, args := range []any{
			renamed{1, now, "Ada Lovelace", []string{"lamp"}, 1},
			removed{2, now, "Ada Lovelace", []string{"lamp"}},
			nullable{3, now, nil, []string{"lamp"}, 1},
			order.New(4),
		} {
			data, contentType, err := codec.Encode(args)
			if err != nil {
				return 0, 0, err
			}
			e := &bridge.Envelope{
				ID: fmt.Sprint(i), Source: "//other/version", Type: v.signals.Placed.Name(), ContentType: contentType, Data: data,
				DataSchema: codec.(bridge.Schemer).Schema(reflect.TypeOf(args)),
			}
			if err := v.transport.Publish(ctx, e); err != nil {
				return 0, 0, err
			}
		}
		time.Sleep(5 * time.Second)
		v.mu.Lock()
		defer v.mu.Unlock()
		for _, o := range v.heard {
			if o.Customer == "" || o.Price == 0 {
				harmed++
			}
		}
		if len(v.heard) == harmed {
			return 3, harmed, errors.New("what has the receiver's own version is not heard")
		}
		if warned {
			harmed = max(0, harmed-strings.Count(log.String(), "another shape"))
		}
		return 3, harmed, nil
	}
}

// A safeBuffer is written by several goroutines.
type safeBuffer struct {
	mu   sync.Mutex // guards text
	text strings.Builder
}

func (b *safeBuffer) Write(line []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(line)
}

func (b *safeBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}
