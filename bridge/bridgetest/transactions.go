package bridgetest

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/signalgen/signalgen/bridge"
)

// Transactions adds tests of transactions. in calls f in a transaction: what f publishes
// with its ctx belongs to the transaction, which is committed if f returns nil and
// otherwise rolled back. in returns the error of f.
func Transactions(in func(t testing.TB, of bridge.Transport, f func(ctx context.Context) error) error) Option {
	return func(s *suite) { s.inTx = in }
}

// transactions are the promises about what is published in a transaction.
var transactions = []promise{
	{"CommitIsHeardAndRollbackIsNot", (*run).commitAndRollback},
	{"OpenTransactionIsNotHeard", (*run).openTransaction},
	{"LateCommitIsHeard", (*run).lateCommit},
	{"GroupIsNewBeforeCommit", (*run).newBeforeCommit},
}

// publishIn publishes each data in one transaction, and calls then before its end.
func (r *run) publishIn(then func() error, data ...string) error {
	var all []*bridge.Envelope
	for _, data := range data {
		all = append(all, r.envelope(data))
	}
	return r.inTx(r.T, r.transport, func(ctx context.Context) error {
		for _, e := range all {
			if err := r.transport.Publish(ctx, e); err != nil {
				return err
			}
		}
		return then()
	})
}

func (r *run) commitAndRollback() {
	m := r.join("all")
	var want []string
	for _, data := range numbered("", 20) {
		result := errRefused
		if len(want)%3 > 0 || data == "a" {
			result = nil
		}
		if err := r.publishIn(func() error { return result }, data+" 1", data+" 2"); !errors.Is(err, result) {
			r.Fatalf("transaction ended with %v, want %v", err, result)
		}
		if result == nil {
			want = append(want, data+" 1", data+" 2")
		} else {
			r.publish(data + " 3")
			want = append(want, data+" 3")
		}
	}
	m.hear(want...)
}

func (r *run) openTransaction() {
	m := r.join("all")
	err := r.publishIn(func() error {
		select {
		case d := <-m.deliveries:
			r.Errorf("delivered %q before the commit", d.Envelope.Data)
			d.Settle(nil)
		case <-time.After(r.hold):
		}
		return nil
	}, "one")
	if err != nil {
		r.Fatal(err)
	}
	m.hear("one")
}

// What a transaction publishes is heard after a late commit, whatever was published and
// heard meanwhile.
func (r *run) lateCommit() {
	m := r.join("all")
	beside := make(chan struct{})
	e := r.envelope("beside") // it may have to wait for the transaction
	err := r.publishIn(func() error {
		go func() {
			defer close(beside)
			if err := r.transport.Publish(r.Context(), e); err != nil {
				r.Errorf("publish beside a transaction: %v", err)
			}
		}()
		time.Sleep(r.hold) // so that "beside" is delivered if it does not wait
		return nil
	}, "late")
	if err != nil {
		r.Fatal(err)
	}
	<-beside
	m.hearAll("beside", "late")
}

// A group that begins while a transaction is open hears what is published in it.
func (r *run) newBeforeCommit() {
	first := r.join("first")
	joined := make(chan *member, 1)
	err := r.publishIn(func() error {
		go func() {
			m, err := r.subscribe(r.as("second")) // it may have to wait for the transaction
			if err != nil {
				r.Errorf("subscribe beside a transaction: %v", err)
			}
			joined <- m
		}()
		time.Sleep(r.hold)
		return nil
	}, "late")
	if err != nil {
		r.Fatal(err)
	}
	d := first.next() // while this is not settled the transport still stores it
	(<-joined).hear("late")
	d.Settle(nil)
}
