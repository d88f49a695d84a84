package sqlbridge_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	. "github.com/signalgen/signalgen/bridge/sql"
)

// A ctx of WithTx stores in the transaction until the end of it, and by itself after
// Committed.
func TestWithTx(t *testing.T) {
	onEach(t, func(t *testing.T, on database) {
		db := on.migrated(t)
		transport := on.over(t, db, Poll(time.Hour))
		ids := heard(t, transport, "mailer")
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
			t.Errorf("publish after the commit, of which nobody has told: %v", err)
		}
		Committed(ctx)
		Committed(t.Context()) // of no transaction
		publish("2")
		wants(t, ids, "1", "2")
	})
}

// A ctx outlives its transaction in a receiver that runs on: what it sends then is
// stored by itself, unless the transaction has been rolled back.
func TestSendAfterTheEnd(t *testing.T) {
	onEach(t, func(t *testing.T, on database) {
		db := on.migrated(t)
		transport := on.over(t, db)
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
		wants(t, heard(t, transport, "mailer"), "1")
	})
}

// A goroutine that is ended in a transaction, as by FailNow, rolls it back.
func TestGoexitRollsBack(t *testing.T) {
	onEach(t, func(t *testing.T, on database) {
		db := on.migrated(t)
		transport := on.over(t, db)
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

// An error of a send is that of the transaction, and what is wrong with an envelope is
// found before the database ends the transaction because of it.
func TestErrorsInTx(t *testing.T) {
	onEach(t, func(t *testing.T, on database) {
		db := on.migrated(t)
		transport := on.over(t, db)
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
		wants(t, heard(t, transport, "mailer"), "2")
	})
}

// Transactions that read what another one writes have the func called again, until all
// of them have got through; it is given up in the end.
func TestConflicts(t *testing.T) {
	onEach(t, func(t *testing.T, on database) {
		db := on.migrated(t)
		transport := on.over(t, db)
		ids := heard(t, transport, "mailer")
		for _, s := range []string{"CREATE TABLE stock (n INTEGER)", "INSERT INTO stock VALUES (10)"} {
			if _, err := db.Exec(s); err != nil {
				t.Fatal(err)
			}
		}
		// take takes one from the stock, faster each time than the transaction that it is for.
		take := func(faster int) (calls int, err error) {
			err = InTx(t.Context(), db, &sql.TxOptions{Isolation: serializable(on)}, func(ctx context.Context, tx *sql.Tx) error {
				calls++
				var n int
				if err := tx.QueryRowContext(ctx, "SELECT n FROM stock").Scan(&n); err != nil {
					return err
				}
				if calls <= faster {
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
		wants(t, ids, "7 left")
		if calls, err := take(1000); err == nil || calls != 10 {
			t.Errorf("%v after %d calls, want an error after 10", err, calls)
		}
		if len(ids) > 0 {
			t.Errorf("heard %s", <-ids)
		}
	})
}

func serializable(on database) sql.IsolationLevel {
	if on.dialect == Postgres {
		return sql.LevelSerializable
	}
	return sql.LevelDefault // of SQLite, which has no other
}

// A deadlock ends one of two transactions, which begins again.
func TestDeadlock(t *testing.T) {
	db := databases["postgres"].migrated(t)
	if _, err := db.Exec("CREATE TABLE stock (id int, n int); INSERT INTO stock VALUES (1, 0), (2, 0)"); err != nil {
		t.Fatal(err)
	}
	both := make(chan struct{}, 2)
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
					if i == 0 && first { // the other one has the other row by now
						first = false
						both <- struct{}{}
						for len(both) < 2 {
							time.Sleep(time.Millisecond)
						}
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

// SQLite is held by another process: sends and claims wait, however long it takes, and
// whether or not the program has set a busy timeout.
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
	transport := on.over(t, db)
	ids := heard(t, transport, "mailer")
	for _, id := range []string{"1", "2"} {
		held, err := other.Conn(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		eventually(t, "the other process has it", func() bool {
			_, err := held.ExecContext(t.Context(), "BEGIN EXCLUSIVE")
			return err == nil
		})
		published := make(chan error)
		go func() { published <- transport.Publish(t.Context(), envelope(id)) }()
		select {
		case err := <-published:
			t.Errorf("published in a database that is held: %v", err)
		case <-time.After(100 * time.Millisecond):
		}
		if _, err := held.ExecContext(t.Context(), "COMMIT"); err != nil {
			t.Fatal(err)
		}
		_ = held.Close()
		if err := <-published; err != nil {
			t.Fatal(err)
		}
		wants(t, ids, id)
	}
}

// One connection is enough for everything, as a database of SQLite in memory has.
func TestOneConnection(t *testing.T) {
	onEach(t, func(t *testing.T, on database) {
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
		transport := on.over(t, db)
		mailer, books := heard(t, transport, "mailer"), heard(t, transport, "books")
		for _, id := range []string{"1", "2", "3"} {
			err := InTx(t.Context(), db, nil, func(ctx context.Context, _ *sql.Tx) error {
				return transport.Publish(ctx, envelope(id))
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		wants(t, mailer, "1", "2", "3")
		wants(t, books, "1", "2", "3")
		if err := errors.Join(transport.Health(t.Context()), transport.Clean(t.Context())); err != nil {
			t.Error(err)
		}
		empty(t, db)
	})
}
