package sqlbridge

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/signalgen/signalgen/bridge"
)

// A Transport carries the envelopes of a bridge through tables of a database. It is
// used from several goroutines. See the package's comment for what it promises.
type Transport struct {
	db       *sql.DB
	language *language
	settings settings
	text     [statements]string // of the language, with the names of the settings

	notifier notifier

	mu      sync.Mutex           // guards what follows; never held while the database is asked
	members map[*member]struct{} // from the beginning of a subscription until all it was handed is settled
	stop    context.CancelFunc   // ends what runs beside the members; nil while there are none
	beside  sync.WaitGroup
}

var (
	_ bridge.TransportWithOptions = (*Transport)(nil)
	_ bridge.HealthChecker        = (*Transport)(nil)
	_ bridge.LagReporter          = (*Transport)(nil)
)

// New returns a transport over a database, which remains the caller's to close, after
// the transport. It looks whether the tables are there: [Migrate] makes them. An error
// says what is missing, or is that of the database.
func New(ctx context.Context, db *sql.DB, d Dialect, opts ...Option) (*Transport, error) {
	t, err := newTransport(ctx, db, d, settingsOf(opts))
	if err != nil {
		return nil, fmt.Errorf("sql bridge: %w", err)
	}
	return t, nil
}

func newTransport(ctx context.Context, db *sql.DB, d Dialect, s settings) (*Transport, error) {
	l, err := d.language(s.names)
	if err != nil {
		return nil, err
	}
	if s.listener != nil && !l.schemas {
		return nil, fmt.Errorf("found the option Notify: %s has no notifications", l.name)
	}
	t := &Transport{db: db, language: l, settings: s, members: make(map[*member]struct{})}
	t.notifier.transport = t
	if err := again(ctx, isConflict, func() error { return t.check(ctx) }); err != nil {
		return nil, err
	}
	limits := strings.NewReplacer(
		"{batch}", strconv.Itoa(s.batch),
		"{window}", strconv.Itoa(max(256, 4*s.batch)), // deliveries of keys that other members have are among them
		"{some}", strconv.Itoa(someRows),
		"{page}", strconv.Itoa(pageSize),
	)
	for i, text := range l.statements {
		t.text[i] = limits.Replace(l.render(t.settings.names, text))
	}
	return t, nil
}

// check looks for the tables, and notes in which schema they are.
func (t *Transport) check(ctx context.Context) error {
	n := t.settings.names
	version, err := t.language.version(ctx, t.db, &n)
	wanted := len(t.language.migrations)
	switch {
	case err != nil:
		return err
	case version == 0:
		return fmt.Errorf("found no table %s, wanted those of Migrate", t.language.render(n, "{version}"))
	case version < wanted:
		return fmt.Errorf("found tables %s_* of version %d, wanted version %d: call Migrate", n.prefix, version, wanted)
	}
	t.settings.names = n
	return nil
}

// Health returns nil if the database answers, has the tables and can be written to.
func (t *Transport) Health(ctx context.Context) error {
	err := t.check(ctx)
	if err == nil && t.language.readOnly != "" {
		var readOnly int
		err = t.db.QueryRowContext(ctx, t.language.readOnly).Scan(&readOnly)
		if readOnly == 1 {
			err = errors.New("the database is read-only")
		}
	}
	if err != nil {
		return fmt.Errorf("sql bridge: %w", err)
	}
	return nil
}

// closePatience is how long Close waits.
const closePatience = 5 * time.Second

// Close waits until everything that has been settled is noted in the database, for 5
// seconds at most. Call it when all subscriptions have ended, after the bridge's
// Close. Without it, what has just been settled may be heard again after a restart.
// It does not close the database.
func (t *Transport) Close() error {
	deadline := time.After(closePatience)
	for _, m := range t.all() {
		select {
		case <-m.done:
		case <-deadline:
			return fmt.Errorf("sql bridge: close: not everything is settled after %v", closePatience)
		}
	}
	t.beside.Wait()
	select {
	case <-t.notifier.wait():
	case <-deadline: // a notification that is lost only costs time
	}
	return nil
}

// conn is a database, a connection or a transaction.
type conn interface {
	Tx
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// within calls f with a transaction, and commits it if f returns nil.
func (t *Transport) within(ctx context.Context, f func(db conn) error) error {
	tx, err := t.db.BeginTx(ctx, &t.language.own)
	if err != nil {
		return err
	}
	if err := f(tx); err != nil {
		_ = tx.Rollback() // fails if the connection is lost
		return err
	}
	return tx.Commit()
}

// together calls f with a transaction if that saves commits, and with the database if
// each statement had better commit by itself.
func (t *Transport) together(ctx context.Context, f func(db conn) error) error {
	if t.language.embedded {
		return t.within(ctx, f)
	}
	return f(t.db)
}

// exec returns how many rows were affected.
func (t *Transport) exec(ctx context.Context, db conn, s statement, args ...any) (n int, err error) {
	result, err := db.ExecContext(ctx, t.text[s], args...)
	if err != nil {
		return 0, err
	}
	affected, err := result.RowsAffected()
	return int(affected), err
}

func (t *Transport) row(ctx context.Context, db conn, s statement, args ...any) *sql.Row {
	return db.QueryRowContext(ctx, t.text[s], args...)
}

// rows calls scan for each row.
func (t *Transport) rows(ctx context.Context, db conn, scan func(scan func(to ...any) error) error, s statement, args ...any) error {
	rows, err := db.QueryContext(ctx, t.text[s], args...)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }() // Err has it
	for rows.Next() {
		if err := scan(rows.Scan); err != nil {
			return err
		}
	}
	return rows.Err()
}

// ids returns the first column.
func (t *Transport) ids(ctx context.Context, db conn, s statement, args ...any) (ids []int64, err error) {
	err = t.rows(ctx, db, func(scan func(to ...any) error) error {
		var id int64
		err := scan(&id)
		ids = append(ids, id)
		return err
	}, s, args...)
	return ids, err
}

// all returns the members.
func (t *Transport) all() (all []*member) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for m := range t.members {
		all = append(all, m)
	}
	return all
}

// wake wakes the members that hear a type; all of them for "".
func (t *Transport) wake(typ string) {
	for _, m := range t.all() {
		if typ == "" || m.typ == typ {
			m.wake()
		}
	}
}
