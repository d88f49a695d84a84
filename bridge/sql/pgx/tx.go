package pgxbridge

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"sync"

	"github.com/jackc/pgx/v5"

	sqlbridge "github.com/signalgen/signalgen/bridge/sql"
)

// WithTx is [sqlbridge.WithTx] for a transaction of pgx. Several goroutines may send with
// the ctx, but not while another one uses the transaction, which pgx does not allow. Call
// [sqlbridge.Committed] with the ctx after the commit.
func WithTx(ctx context.Context, tx pgx.Tx) context.Context {
	return sqlbridge.WithTx(ctx, &transaction{ctx: ctx, Tx: tx})
}

// A Beginner begins transactions: a pgxpool.Pool, a pgxpool.Conn or a pgx.Conn.
type Beginner interface {
	BeginTx(ctx context.Context, opts pgx.TxOptions) (pgx.Tx, error)
}

// InTx is [sqlbridge.InTx] for transactions of pgx. It begins a transaction, calls f with it
// and with a ctx whose sends are stored in it, and commits it if f returns nil. It rolls
// back and calls f again as described there.
func InTx(ctx context.Context, db Beginner, opts pgx.TxOptions, f func(ctx context.Context, tx pgx.Tx) error) error {
	begin := func(ctx context.Context) (*transaction, error) {
		tx, err := db.BeginTx(ctx, opts)
		return &transaction{ctx: ctx, Tx: tx}, err
	}
	return sqlbridge.Transact(ctx, begin, func(ctx context.Context, tx *transaction) error { return f(ctx, tx.Tx) })
}

// A transaction is a [sqlbridge.Transaction] of pgx.
type transaction struct {
	pgx.Tx

	ctx context.Context // of the transaction
	mu  sync.Mutex      // held while a statement runs
}

var _ sqlbridge.Transaction = (*transaction)(nil)

// ExecContext executes a statement.
func (t *transaction) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	tag, err := t.Exec(ctx, query, args...)
	return driver.RowsAffected(tag.RowsAffected()), err
}

// Commit commits the transaction.
func (t *transaction) Commit() error { return t.Tx.Commit(t.ctx) }

// Rollback rolls the transaction back, even if its ctx is done.
func (t *transaction) Rollback() error { return t.Tx.Rollback(context.WithoutCancel(t.ctx)) }
