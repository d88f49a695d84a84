package sqlbridge_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"runtime"
	"sync"
	"testing"
	"time"

	. "github.com/signalgen/signalgen/bridge/sql"
)

// Sends with a ctx of WithTx are stored in the transaction, and by themselves after
// Committed.
func TestWithTx(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, on database) {
		db := on.openMigrated(t)
		transport := on.transport(t, db, Poll(time.Hour))
		ids := receiveIDs(t, transport, "mailer")
		tx, err := db.BeginTx(t.Context(), nil)
		if err != nil {
			t.Fatal(err)
		}
		ctx := WithTx(t.Context(), tx)
		publish := func(id string) {
			t.Helper()
			if err := transport.Publish(ctx, envelope(id)); err != nil {
				t.Fatal(err)
			}
		}
		publish("1")
		if err := tx.Commit(); err != nil {
			t.Fatal(err)
		}
		if err := transport.Publish(ctx, envelope("lost")); !errors.Is(err, sql.ErrTxDone) {
			t.Errorf("publish after the commit and before Committed: found error %v, wanted %v", err, sql.ErrTxDone)
		}
		Committed(ctx)
		Committed(t.Context()) // of no transaction
		publish("2")
		wantIDs(t, ids, "1", "2")
	})
}

// A receiver may use its ctx after the transaction has ended: what it sends is stored by
// itself, unless the transaction has been rolled back.
func TestSendAfterTheEnd(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, on database) {
		db := on.openMigrated(t)
		transport := on.transport(t, db)
		var kept context.Context
		for _, result := range []error{errRefused, nil} {
			err := InTx(t.Context(), db, nil, func(ctx context.Context, _ *sql.Tx) error {
				kept = ctx
				return result
			})
			if !errors.Is(err, result) {
				t.Fatal(err)
			}
			want := ErrRolledBack
			if result == nil {
				want = nil
			}
			if err := transport.Publish(kept, envelope("1")); !errors.Is(err, want) {
				t.Errorf("publish: %v, want %v", err, want)
			}
		}
		wantIDs(t, receiveIDs(t, transport, "mailer"), "1")
	})
}

// A goroutine that exits in a transaction, for instance by FailNow, rolls it back.
func TestGoexitRollsBack(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, on database) {
		db := on.openMigrated(t)
		transport := on.transport(t, db)
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			_ = InTx(t.Context(), db, nil, func(ctx context.Context, _ *sql.Tx) error {
				if err := transport.Publish(ctx, envelope("1")); err != nil {
					t.Error(err)
				}
				runtime.Goexit()
				return nil
			})
		}()
		<-ended
		if n := count(t, db, "signals_events"); n != 0 {
			t.Errorf("%d events, want none", n)
		}
		if n := db.Stats().InUse; n != 0 {
			t.Errorf("%d connections are in use", n)
		}
	})
}

// An invalid envelope is found before the database aborts the transaction because of it.
func TestErrorsInTx(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, on database) {
		db := on.openMigrated(t)
		transport := on.transport(t, db)
		err := InTx(t.Context(), db, nil, func(ctx context.Context, _ *sql.Tx) error {
			for what, change := range map[string]func() error{
				"a NUL":    func() error { e := envelope("1"); e.Key = "a\x00b"; return transport.Publish(ctx, e) },
				"no UTF-8": func() error { e := envelope("1"); e.Source = "\xff"; return transport.Publish(ctx, e) },
				"no type":  func() error { e := envelope("1"); e.Type = ""; return transport.Publish(ctx, e) },
				"a done ctx": func() error {
					ctx, cancel := context.WithCancel(ctx)
					cancel()
					return transport.Publish(ctx, envelope("1"))
				},
			} {
				if change() == nil {
					t.Errorf("%s: no error", what)
				}
			}
			return transport.Publish(ctx, envelope("2"))
		})
		if err != nil {
			t.Fatal(err)
		}
		wantIDs(t, receiveIDs(t, transport, "mailer"), "2")
	})
}

// InTx calls its func again while the transaction conflicts with other ones, but not
// forever.
func TestConflicts(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, on database) {
		db := on.openMigrated(t)
		transport := on.transport(t, db)
		ids := receiveIDs(t, transport, "mailer")
		for _, s := range []string{"CREATE TABLE stock (n INTEGER)", "INSERT INTO stock VALUES (10)"} {
			if _, err := db.Exec(s); err != nil {
				t.Fatal(err)
			}
		}
		// take takes one item from the stock. Another transaction does so first, a number of times.
		take := func(conflicts int) (calls int, err error) {
			err = InTx(t.Context(), db, &sql.TxOptions{Isolation: serializable(on)}, func(ctx context.Context, tx *sql.Tx) error {
				calls++
				var n int
				if err := tx.QueryRowContext(ctx, "SELECT n FROM stock").Scan(&n); err != nil {
					return err
				}
				if calls <= conflicts {
					if _, err := db.ExecContext(ctx, "UPDATE stock SET n = n - 1"); err != nil {
						return err
					}
				}
				if _, err := tx.ExecContext(ctx, fmt.Sprintf("UPDATE stock SET n = %d", n-1)); err != nil {
					return err
				}
				return transport.Publish(ctx, envelope(fmt.Sprintf("%d left", n-1)))
			})
			return calls, err
		}
		if calls, err := take(2); err != nil || calls != 3 {
			t.Errorf("%v after %d calls, want 3", err, calls)
		}
		wantIDs(t, ids, "7 left")
		if calls, err := take(1000); err == nil || calls != 10 {
			t.Errorf("%v after %d calls, want an error after 10", err, calls)
		}
		if len(ids) > 0 {
			t.Errorf("received %s", <-ids)
		}
	})
}

func serializable(on database) sql.IsolationLevel {
	if on.dialect == Postgres {
		return sql.LevelSerializable
	}
	return sql.LevelDefault // SQLite has no other
}

// A deadlock aborts one of two transactions, which InTx runs again.
func TestDeadlock(t *testing.T) {
	db := databases["postgres"].openMigrated(t)
	if _, err := db.Exec("CREATE TABLE stock (id int, n int); INSERT INTO stock VALUES (1, 0), (2, 0)"); err != nil {
		t.Fatal(err)
	}
	var both sync.WaitGroup // done when each transaction has its first row
	both.Add(2)
	results := make(chan error, 2)
	calls := make(chan int, 100)
	for _, order := range [][2]int{{1, 2}, {2, 1}} {
		go func() {
			first := true
			results <- InTx(t.Context(), db, nil, func(ctx context.Context, tx *sql.Tx) error {
				calls <- order[0]
				for i, id := range order {
					if _, err := tx.ExecContext(ctx, "UPDATE stock SET n = n + 1 WHERE id = $1", id); err != nil {
						return err
					}
					if i == 0 && first {
						first = false
						both.Done()
						both.Wait()
					}
				}
				return nil
			})
		}()
	}
	for range 2 {
		if err := <-results; err != nil {
			t.Error(err)
		}
	}
	if n := count(t, db, "stock WHERE n = 2"); n != 2 || len(calls) < 3 {
		t.Errorf("%d rows were changed twice, in %d calls", n, len(calls))
	}
}

// Another process locks SQLite: sends and claims wait for it, even if the program has set
// no busy timeout.
func TestBusy(t *testing.T) {
	path := filepath.Join(t.TempDir(), "signals.db")
	open := func() *sql.DB {
		db, err := sql.Open("sqlite", "file:"+path) // no busy timeout, no WAL
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = db.Close() })
		return db
	}
	db, other := open(), open()
	if err := Migrate(t.Context(), db, SQLite); err != nil {
		t.Fatal(err)
	}
	on := databases["sqlite"]
	transport := on.transport(t, db)
	ids := receiveIDs(t, transport, "mailer")
	for _, id := range []string{"1", "2"} {
		lock, err := other.Conn(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		eventually(t, "the other process has the lock", func() bool {
			_, err := lock.ExecContext(t.Context(), "BEGIN EXCLUSIVE")
			return err == nil
		})
		published := make(chan error)
		go func() { published <- transport.Publish(t.Context(), envelope(id)) }()
		select {
		case err := <-published:
			t.Errorf("published in a locked database: %v", err)
		case <-time.After(100 * time.Millisecond):
		}
		if _, err := lock.ExecContext(t.Context(), "COMMIT"); err != nil {
			t.Fatal(err)
		}
		_ = lock.Close()
		if err := <-published; err != nil {
			t.Fatal(err)
		}
		wantIDs(t, ids, id)
	}
}

// One connection is enough for everything, which is what an in-memory SQLite has.
func TestOneConnection(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, on database) {
		db := on.open(t)
		if on.dialect == SQLite {
			var err error
			if db, err = sql.Open("sqlite", ":memory:"); err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = db.Close() })
		}
		db.SetMaxOpenConns(1)
		if err := Migrate(t.Context(), db, on.dialect); err != nil {
			t.Fatal(err)
		}
		transport := on.transport(t, db)
		mailer, books := receiveIDs(t, transport, "mailer"), receiveIDs(t, transport, "books")
		for _, id := range []string{"1", "2", "3"} {
			err := InTx(t.Context(), db, nil, func(ctx context.Context, _ *sql.Tx) error {
				return transport.Publish(ctx, envelope(id))
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		wantIDs(t, mailer, "1", "2", "3")
		wantIDs(t, books, "1", "2", "3")
		if err := errors.Join(transport.Health(t.Context()), transport.Clean(t.Context())); err != nil {
			t.Error(err)
		}
		waitEmpty(t, db)
	})
}
