package sqlbridge

import (
	"context"
	"database/sql"
	"errors"
	"math/rand/v2"
	"sync"
	"time"
)

// A Tx is a transaction as far as a send needs one: a [*sql.Tx], or what wraps one.
type Tx interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
}

// WithTx returns a ctx with which sends are stored in a transaction of the
// transport's database: they are heard after it has been committed, and never if it
// is rolled back. An error of the send means that it is not stored; the transaction is to
// be rolled back then. The ctx must not be used after the end of the transaction.
//
// Nothing tells this package of the commit: subscriptions hear of it by polling,
// unless [Committed] is called. [InTx] does all of this.
func WithTx(ctx context.Context, tx Tx) context.Context {
	return context.WithValue(ctx, txKey{}, &transaction{tx: tx})
}

// Committed says that the transaction of a ctx of [WithTx] has been committed. It
// wakes the subscriptions of this process that are to hear what was sent in it. A
// later send with that ctx is stored by itself.
func Committed(ctx context.Context) {
	if in := transactionOf(ctx); in != nil {
		in.end(nil)
	}
}

// ErrRolledBack is the error of a send with the ctx of a transaction that [InTx] has
// rolled back.
var ErrRolledBack = errors.New("the transaction of the ctx has been rolled back")

// InTx begins a transaction, calls f with it and a ctx in which sends are stored in
// it, and commits it if f returns nil. If f returns an error or panics, the
// transaction is rolled back, and InTx returns the error or panics.
//
// f is called again, in a new transaction, if the database ends one for the sake of
// another: a serialization failure, a deadlock, a database of SQLite that is busy. So
// whatever f does besides must bear that. It is called at most 10 times, after random
// pauses that grow to half a second; then InTx returns the last error.
//
// An error of the commit, other than these, may mean that the transaction has been
// committed: when the connection breaks meanwhile, nobody knows.
func InTx(ctx context.Context, db *sql.DB, opts *sql.TxOptions, f func(ctx context.Context, tx *sql.Tx) error) error {
	return Transact(ctx, func(ctx context.Context) (*sql.Tx, error) { return db.BeginTx(ctx, opts) }, f)
}

// A Transaction is a [Tx] that can be ended: a [*sql.Tx], or what wraps one.
type Transaction interface {
	Tx
	Commit() error
	Rollback() error
}

// Transact is [InTx] for transactions of any kind, which begin begins.
func Transact[T Transaction](ctx context.Context, begin func(ctx context.Context) (T, error), f func(ctx context.Context, tx T) error) error {
	const most = 10
	pause := 8 * time.Millisecond
	for n := 1; ; n++ {
		tx, err := begin(ctx)
		if err == nil {
			err = once(ctx, tx, func(ctx context.Context) error { return f(ctx, tx) })
		}
		if err == nil || n == most || !isConflict(err) || !sleep(ctx, rand.N(pause)) {
			return err
		}
		pause = min(2*pause, 500*time.Millisecond)
	}
}

// once runs f in a transaction and ends that.
func once(ctx context.Context, tx Transaction, f func(ctx context.Context) error) error {
	in := &transaction{tx: tx, own: true}
	ended := false
	defer func() {
		if !ended { // f has panicked or ended its goroutine
			in.end(ErrRolledBack)
			_ = tx.Rollback()
		}
	}()
	err := f(context.WithValue(ctx, txKey{}, in))
	ended = true
	if err != nil {
		in.end(ErrRolledBack)
		_ = tx.Rollback() // fails if the connection is lost, and then the database does it
		return err
	}
	err = tx.Commit()
	if err != nil && (isConflict(err) || !isPassing(err)) {
		in.end(ErrRolledBack)
		return err
	}
	in.end(nil) // it may have been committed if the connection was lost
	return err
}

type txKey struct{}

// transactionOf returns the transaction of a ctx, nil if it has none.
func transactionOf(ctx context.Context) *transaction {
	in, _ := ctx.Value(txKey{}).(*transaction)
	return in
}

// A transaction is what a ctx knows of one.
type transaction struct {
	tx  Tx
	own bool // InTx commits it; else nothing may tell of the commit

	mu    sync.Mutex // guards what follows
	ended bool
	err   error           // why the transaction was rolled back; nil if it was committed
	sent  map[stored]bool // whether listeners are to be notified
}

// stored says where a transaction has stored something.
type stored struct {
	in  *Transport
	typ string
}

// note notes a send, for the commit.
func (t *transaction) note(in *Transport, typ string, listened bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.sent == nil {
		t.sent = make(map[stored]bool)
	}
	t.sent[stored{in, typ}] = t.sent[stored{in, typ}] || listened
}

// over reports whether the transaction has ended, and with which error.
func (t *transaction) over() (bool, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.ended, t.err
}

// end ends the transaction; with nil it wakes those who are to hear what was sent.
func (t *transaction) end(err error) {
	t.mu.Lock()
	sent := t.sent
	t.ended, t.err, t.sent = true, err, nil
	t.mu.Unlock()
	if err != nil {
		return
	}
	for s, listened := range sent {
		s.in.committed(s.typ, listened)
	}
}
