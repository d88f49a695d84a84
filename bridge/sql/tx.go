package sqlbridge

import (
	"context"
	"database/sql"
	"errors"
	"math/rand/v2"
	"sync"
	"time"
)

// A Tx is a transaction in which sends are stored, such as a [*sql.Tx].
type Tx interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
}

// WithTx returns a ctx whose sends are stored in tx, which must be a transaction on the
// transport's database. Receivers get them after the commit, and never after a rollback.
// If a send returns an error it is not stored, and the transaction should be rolled back.
// The ctx must not be used after the transaction has ended.
//
// This package does not see the commit. Call [Committed] after it to wake the
// subscriptions of this process; otherwise they find the events by polling. If processes
// listen for notifications ([Notify]), tx itself notifies them, and PostgreSQL commits such
// transactions one after another. With [InTx] you need no Committed, and commits do not
// wait for each other.
func WithTx(ctx context.Context, tx Tx) context.Context {
	return context.WithValue(ctx, txKey{}, &transaction{tx: tx})
}

// Committed reports that the transaction of a ctx of [WithTx] has been committed. It wakes
// the subscriptions of this process to what was sent in it. A later send with ctx is
// stored by itself.
func Committed(ctx context.Context) {
	if t := transactionFrom(ctx); t != nil {
		t.end(nil)
	}
}

// ErrRolledBack is the error of a send whose ctx has a transaction that [InTx] has rolled
// back.
var ErrRolledBack = errors.New("the transaction of the ctx has been rolled back")

// InTx begins a transaction, calls f with it and with a ctx whose sends are stored in it,
// and commits it if f returns nil. If f returns an error or panics, InTx rolls the
// transaction back and returns the error or panics too.
//
// When the database aborts the transaction in favor of another one (a serialization
// failure, a deadlock, a busy SQLite), InTx calls f again in a new transaction, so f must
// not have other effects that cannot be repeated. InTx calls f at most 10 times, with
// random pauses of up to half a second, and then returns the last error.
//
// After any other error of the commit the transaction may have been committed: if the
// connection breaks, there is no way to tell.
func InTx(ctx context.Context, db *sql.DB, opts *sql.TxOptions, f func(ctx context.Context, tx *sql.Tx) error) error {
	return Transact(ctx, func(ctx context.Context) (*sql.Tx, error) { return db.BeginTx(ctx, opts) }, f)
}

// A Transaction is a [Tx] that [Transact] can end, such as a [*sql.Tx].
type Transaction interface {
	Tx
	Commit() error
	Rollback() error
}

// Transact is [InTx] for other types of transactions. It calls begin for each transaction.
func Transact[T Transaction](ctx context.Context, begin func(ctx context.Context) (T, error), f func(ctx context.Context, tx T) error) error {
	const attempts = 10
	pause := 8 * time.Millisecond
	for n := 1; ; n++ {
		tx, err := begin(ctx)
		if err == nil {
			err = transactOnce(ctx, tx, func(ctx context.Context) error { return f(ctx, tx) })
		}
		if err == nil || n == attempts || !isConflict(err) || !sleep(ctx, rand.N(pause)) {
			return err
		}
		pause = min(2*pause, 500*time.Millisecond)
	}
}

// transactOnce calls f in a transaction, and ends the transaction.
func transactOnce(ctx context.Context, tx Transaction, f func(ctx context.Context) error) error {
	t := &transaction{tx: tx, tellsCommit: true}
	returned := false
	defer func() {
		if !returned { // f has panicked or called runtime.Goexit
			t.end(ErrRolledBack)
			_ = tx.Rollback()
		}
	}()
	err := f(context.WithValue(ctx, txKey{}, t))
	returned = true
	if err != nil {
		t.end(ErrRolledBack)
		_ = tx.Rollback() // fails if the connection is lost; then the database rolls back
		return err
	}
	err = tx.Commit()
	if err != nil && (isConflict(err) || !isTransient(err)) {
		t.end(ErrRolledBack)
		return err
	}
	t.end(nil) // after a transient error it may have been committed
	return err
}

type txKey struct{}

// transactionFrom returns the transaction of a ctx, nil if it has none.
func transactionFrom(ctx context.Context) *transaction {
	t, _ := ctx.Value(txKey{}).(*transaction)
	return t
}

// A transaction is the value of a ctx that has one.
type transaction struct {
	tx          Tx
	tellsCommit bool // end is called after a commit: always by InTx, but with WithTx that is up to the program

	mu    sync.Mutex // guards what follows
	ended bool
	err   error             // why it was rolled back; nil if it was committed
	sent  map[sentType]bool // whether there are listeners to be notified after the commit
}

// A sentType is a type that was sent in a transaction, over a transport.
type sentType struct {
	transport *Transport
	typ       string
}

// add adds a send, to be announced after the commit.
func (t *transaction) add(s sentType, listens bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.sent == nil {
		t.sent = make(map[sentType]bool)
	}
	t.sent[s] = t.sent[s] || listens
}

// hasEnded reports whether the transaction has ended. The error is that of a send, if it
// was rolled back.
func (t *transaction) hasEnded() (bool, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.ended, t.err
}

// end ends the transaction. With a nil error, after a commit, it announces what was sent.
func (t *transaction) end(err error) {
	t.mu.Lock()
	sent := t.sent
	t.ended, t.err, t.sent = true, err, nil
	t.mu.Unlock()
	if err != nil {
		return
	}
	for s, listens := range sent {
		s.transport.committed(s.typ, listens)
	}
}
