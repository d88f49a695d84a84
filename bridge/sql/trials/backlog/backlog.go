package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/signalgen/signalgen/bridge"
	sqlbridge "github.com/signalgen/signalgen/bridge/sql"
	"github.com/signalgen/signalgen/bridge/sql/trials/internal/database"
	"github.com/signalgen/signalgen/bridge/sql/trials/internal/order"
	"github.com/signalgen/signalgen/bridge/sql/trials/internal/results"
)

// A backlog is a database with waiting events.
type backlog struct {
	url       string
	rows      int
	explained func(ctx context.Context, url string) (*explained, error)
}

// The batch is the default of package sqlbridge.
const (
	batch     = 64
	customers = 10_000
	group     = "backlog"
	parts     = 10 // lines of the table
)

var typ = order.DefaultSignals.Placed.Name()

// run fills the database, collects the plans, and empties the database.
func (b *backlog) run(ctx context.Context) (*findings, error) {
	if err := database.Prepare(ctx, b.url); err != nil {
		return nil, err
	}
	f := &findings{rows: b.rows}
	for _, step := range []func(ctx context.Context, f *findings) error{b.createGroup, b.fill, b.explain, b.drain, b.countLeft} {
		if err := step(ctx, f); err != nil {
			return nil, err
		}
	}
	return f, nil
}

// open opens the database and a transport over it.
func (b *backlog) open(ctx context.Context) (*sql.DB, *sqlbridge.Transport, error) {
	db, dialect, err := database.Open(b.url)
	if err != nil {
		return nil, nil, err
	}
	transport, err := sqlbridge.New(ctx, db, dialect)
	return db, transport, err
}

// createGroup creates the group that the events wait for.
func (b *backlog) createGroup(ctx context.Context, _ *findings) error {
	db, transport, err := b.open(ctx)
	if err != nil {
		return err
	}
	subscription, cancel := context.WithCancel(ctx)
	err = transport.Subscribe(subscription, typ, group, func(d bridge.Delivery) { d.Settle(bridge.ErrClosed) })
	cancel()
	return errors.Join(err, transport.Close(), db.Close())
}

// fill sends the events, many in each transaction.
func (b *backlog) fill(ctx context.Context, f *findings) error {
	const perTx, senders = 1000, 2
	db, transport, err := b.open(ctx)
	if err != nil {
		return err
	}
	var signals order.Signals
	bridge.Publish(bridge.New(transport), &signals.Placed, bridge.KeyBy(order.Customer))
	began := time.Now()
	g, within := errgroup.WithContext(ctx)
	g.SetLimit(senders)
	for from := 0; from < b.rows; from += perTx {
		g.Go(func() error {
			return sqlbridge.InTx(within, db, nil, func(ctx context.Context, _ *sql.Tx) error {
				for id := from; id < min(from+perTx, b.rows); id++ {
					if err := signals.Placed.Send(ctx, order.New(id, customers)); err != nil {
						return err
					}
				}
				return nil
			})
		})
	}
	err = g.Wait()
	f.filled = time.Since(began)
	fmt.Fprintf(os.Stderr, "filled in %v\n", f.filled)
	return errors.Join(err, transport.Close(), db.Close())
}

// explain does everything that a transport does, over a database that records plans.
func (b *backlog) explain(ctx context.Context, f *findings) error {
	e, err := b.explained(ctx, b.url)
	if err != nil {
		return err
	}
	transport, err := sqlbridge.New(ctx, e.db, e.dialect, sqlbridge.Backoff(0), sqlbridge.Logger(slog.New(slog.DiscardHandler)))
	if err != nil {
		return err
	}
	if err := everything(ctx, transport); err != nil {
		return err
	}
	if err := transport.Close(); err != nil {
		return err
	}
	f.plans, err = e.plans()
	return errors.Join(err, e.db.Close())
}

// everything sends, receives a few batches with some failures, and handles dead letters.
func everything(ctx context.Context, transport *sqlbridge.Transport) error {
	e := &bridge.Envelope{ID: "explained", Source: "backlog", Type: typ, Time: time.Now(), ContentType: "application/json", Data: []byte(`{"ID":-1}`)}
	if err := transport.Publish(ctx, e); err != nil {
		return err
	}
	subscription, cancel := context.WithCancel(ctx)
	defer cancel()
	n, enough := 0, make(chan struct{})
	err := transport.Subscribe(subscription, typ, group, func(d bridge.Delivery) {
		n++
		switch {
		case n == 1 || n == 2:
			d.Settle(bridge.Poison(errors.New("a failure for a dead letter")))
		case n%batch == 0:
			d.Settle(errors.New("a failure for a retry"))
		default:
			d.Settle(nil)
		}
		if n == 20*batch {
			close(enough)
		}
	})
	if err != nil {
		return err
	}
	<-enough
	return handleDead(ctx, transport)
}

// handleDead waits for the two dead letters, discards one and replays the other.
func handleDead(ctx context.Context, transport *sqlbridge.Transport) error {
	for {
		lag, err := transport.Lag(ctx, typ, group)
		if err != nil {
			return err
		}
		if lag.Dead == 2 {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	for letter, err := range transport.DeadLetters(ctx) {
		if err != nil {
			return err
		}
		if err := transport.Discard(ctx, letter.ID); err != nil {
			return err
		}
		break
	}
	n, err := transport.ReplayAll(ctx, bridge.DeadFilter{Group: group})
	if err == nil && n != 1 {
		err = fmt.Errorf("replayed %d dead letters, wanted 1", n)
	}
	return err
}

// drain receives all events, as one member, and measures the claims: the time from the last
// delivery of a batch to the first of the next one, which includes waiting for settlements
// to be stored.
func (b *backlog) drain(ctx context.Context, f *findings) error {
	db, transport, err := b.open(ctx)
	if err != nil {
		return err
	}
	lag, err := transport.Lag(ctx, typ, group)
	if err != nil {
		return err
	}
	d := &drain{rest: lag.Waiting + lag.InFlight, part: max(b.rows/parts, 1), done: make(chan struct{})}
	subscription, cancel := context.WithCancel(ctx)
	began := time.Now()
	d.last, d.partBegan = began, began
	if err := transport.Subscribe(subscription, typ, group, d.receive); err != nil {
		cancel()
		return err
	}
	<-d.done
	f.parts, f.drained = d.parts, time.Since(began)
	cancel()
	return errors.Join(transport.Close(), db.Close())
}

// A drain measures claims. It is used by one goroutine, until done is closed.
type drain struct {
	rest, part int // deliveries in all, and in each part
	received   int
	last       time.Time // of the last delivery
	partBegan  time.Time
	claims     []time.Duration // of this part
	parts      []part
	done       chan struct{}
}

// A part has the figures of a part of the deliveries.
type part struct {
	waiting  int // at the start
	p50, p99 time.Duration
	perSec   float64
}

func (d *drain) receive(delivery bridge.Delivery) {
	if d.received%batch == 0 {
		d.claims = append(d.claims, time.Since(d.last))
	}
	d.received++
	delivery.Settle(nil)
	d.last = time.Now()
	if d.received%d.part == 0 || d.received == d.rest {
		d.endPart()
	}
	if d.received == d.rest {
		close(d.done)
	}
}

// endPart adds a part, unless it has only a few rows, in the end.
func (d *drain) endPart() {
	n := len(d.claims)
	if n*batch < d.part/2 {
		return
	}
	slices.Sort(d.claims)
	d.parts = append(d.parts, part{
		waiting: d.rest - d.part*len(d.parts),
		p50:     d.claims[n/2],
		p99:     d.claims[n*99/100],
		perSec:  float64(d.part) / d.last.Sub(d.partBegan).Seconds(),
	})
	fmt.Fprintf(os.Stderr, "%+v\n", d.parts[len(d.parts)-1])
	d.claims, d.partBegan = nil, d.last
}

// countLeft counts the rows that are left.
func (b *backlog) countLeft(ctx context.Context, f *findings) error {
	db, _, err := database.Open(b.url)
	if err != nil {
		return err
	}
	err = db.QueryRowContext(ctx, "SELECT (SELECT count(*) FROM signals_events), (SELECT count(*) FROM signals_deliveries)").Scan(&f.events, &f.deliveries)
	return errors.Join(err, db.Close())
}

// findings are the results of a trial.
type findings struct {
	rows               int
	filled, drained    time.Duration
	parts              []part
	events, deliveries int // rows that are left
	plans              []plan
}

// fault returns an error if rows are left.
func (f *findings) fault() error {
	if f.events+f.deliveries > 0 {
		return fmt.Errorf("%d rows of events and %d of deliveries are left, wanted none", f.events, f.deliveries)
	}
	return nil
}

func (f *findings) table() string {
	t := results.Table{{"waiting", "claim of 64, p50", "p99", "events per second"}}
	for _, p := range f.parts {
		t = append(t, []string{strconv.Itoa(p.waiting), milliseconds(p.p50), milliseconds(p.p99), fmt.Sprintf("%.0f", p.perSec)})
	}
	return fmt.Sprintf("%d events of %d keys were stored in %.0f seconds, 1,000 per transaction, and received by one member in %.0f seconds. "+
		"Rows left in the end: %d events, %d deliveries.\n\n%s",
		f.rows, customers, f.filled.Seconds(), f.drained.Seconds(), f.events, f.deliveries, t)
}

func milliseconds(d time.Duration) string { return fmt.Sprintf("%.2f ms", d.Seconds()*1e3) }

// A plan is the plan of a statement.
type plan struct{ statement, text string }

func (f *findings) plansText() string {
	var b strings.Builder
	fmt.Fprintf(&b, "The plans of all statements of a transport, with %d events waiting.\n\n", f.rows)
	for _, p := range f.plans {
		fmt.Fprintf(&b, "```sql\n%s\n```\n\n```text\n%s\n```\n\n", p.statement, p.text)
	}
	return b.String()
}
