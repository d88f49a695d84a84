package sqlbridge_test

import (
	"database/sql"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/signalgen/signalgen/bridge"
	. "github.com/signalgen/signalgen/bridge/sql"
)

// New says what is missing, the scripts create it, and what an older version stored is
// still there.
func TestMigrate(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, on database) {
		db := on.open(t)
		missing := func(want string) {
			t.Helper()
			if _, err := New(t.Context(), db, on.dialect); err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("New: %v, want %s", err, want)
			}
		}
		missing(`"signals_version", wanted those of Migrate`)
		scripts, err := Migrations(on.dialect)
		if err != nil {
			t.Fatal(err)
		}
		for version, script := range scripts {
			for s := range strings.SplitSeq(script, ";\n") {
				if s = strings.TrimSpace(s); s == "" {
					continue
				}
				if _, err := db.Exec(s); err != nil {
					t.Fatalf("%v in %s", err, s)
				}
			}
			if version+1 < len(scripts) {
				missing(fmt.Sprintf("of version %d, wanted version %d: call Migrate", version+1, len(scripts)))
			}
			if version == 0 { // store what an older program would
				const columns = "type, generation, stored, source, event_id, sent, content_type, key, trace_parent, trace_state, extensions, data, key_hash"
				if _, err := db.Exec("INSERT INTO signals_events (" + columns + ") VALUES ('order.Placed', 0, 0, '/', '1', '', '', '', '', '', '', '', 0)"); err != nil {
					t.Fatal(err)
				}
			}
		}
		wantIDs(t, receiveIDs(t, on.transport(t, db), "mailer"), "1")
		if err := Migrate(t.Context(), db, on.dialect); err != nil {
			t.Errorf("with nothing to do: found error %v", err)
		}
		if _, err := db.Exec("DELETE FROM signals_version"); err != nil {
			t.Fatal(err)
		}
		missing(`"signals_version", wanted one with the version`)
	})
}

// Migrate upgrades an older version.
func TestMigrateOlder(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, on database) {
		db := on.openMigrated(t)
		transport := on.transport(t, db)
		createGroup(t, transport, "mailer")
		publish(t, transport, envelope("1"))
		for _, s := range []string{"DROP VIEW signals_waiting", "DROP VIEW signals_dead", "UPDATE signals_version SET version = 1"} {
			if _, err := db.Exec(s); err != nil {
				t.Fatal(err)
			}
		}
		if err := Migrate(t.Context(), db, on.dialect); err != nil {
			t.Fatal(err)
		}
		if n := count(t, db, "signals_waiting"); n != 1 {
			t.Errorf("%d in the view, want 1", n)
		}
		wantIDs(t, receiveIDs(t, on.transport(t, db), "mailer"), "1")
	})
}

// Programs that start at the same time migrate one after another.
func TestMigrateTogether(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, on database) {
		db := on.open(t)
		var all sync.WaitGroup
		for range 8 {
			all.Go(func() {
				if err := Migrate(t.Context(), db, on.dialect); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		on.transport(t, db)
	})
}

// A version that fails leaves nothing behind.
func TestMigrateFails(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, on database) {
		db := on.open(t)
		if _, err := db.Exec("CREATE TABLE signals_deliveries (x INTEGER)"); err != nil {
			t.Fatal(err)
		}
		if err := Migrate(t.Context(), db, on.dialect); err == nil || !strings.Contains(err.Error(), "version 1") {
			t.Errorf("with a table that exists: found error %v", err)
		}
		if _, err := db.Exec("DROP TABLE signals_deliveries"); err != nil {
			t.Fatal(err)
		}
		if err := Migrate(t.Context(), db, on.dialect); err != nil {
			t.Error(err)
		}
	})
}

// Names cannot inject SQL.
func TestNames(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, on database) {
		db := on.open(t)
		for _, name := range []string{"", " ", "1a", `a"; DROP TABLE orders; --`, "a'b", "a.b", "a-b", "ä", "a\x00", strings.Repeat("a", 41)} {
			options := []Option{Prefix(name)}
			if name != "" {
				options = append(options, Schema(name))
			}
			for _, opt := range options {
				if err := Migrate(t.Context(), db, on.dialect, opt); err == nil {
					t.Errorf("migrated with the name %q", name)
				}
				if _, err := New(t.Context(), db, on.dialect, opt); err == nil {
					t.Errorf("created a transport with the name %q", name)
				}
				if _, err := Migrations(on.dialect, opt); err == nil {
					t.Errorf("returned migrations with the name %q", name)
				}
			}
		}
		for _, d := range []Dialect{0, 77} {
			if _, err := New(t.Context(), db, d); err == nil || !strings.Contains(err.Error(), "wanted Postgres or SQLite") {
				t.Errorf("dialect %v: found error %v", d, err)
			}
		}
	})
}

// Types, groups, keys and IDs cannot inject SQL.
func TestInjection(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, on database) {
		db := on.openMigrated(t)
		transport := on.transport(t, db)
		for _, evil := range []string{"'; DROP TABLE signals_events; --", `"); DELETE FROM signals_groups; --`, "$1", "?1", "{events}", `\`, "%s%n", "$(x)"} {
			received := make(chan bridge.Delivery)
			if err := transport.Subscribe(t.Context(), evil, evil, func(d bridge.Delivery) {
				d.Settle(bridge.Poison(fmt.Errorf("%s", evil)))
				received <- d
			}); err != nil {
				t.Fatal(err)
			}
			e := &bridge.Envelope{ID: evil, Source: evil, Type: evil, Key: evil, Data: []byte(evil), Extensions: map[string]string{"x": evil}}
			if err := transport.Publish(t.Context(), e); err != nil {
				t.Fatal(err)
			}
			got := (<-received).Envelope
			if got.ID != evil || got.Source != evil || got.Type != evil || got.Key != evil || string(got.Data) != evil || got.Extensions["x"] != evil {
				t.Errorf("%+v, want %q", got, evil)
			}
			eventually(t, "the event is a dead letter", func() bool {
				l, err := transport.Lag(t.Context(), evil, evil)
				return err == nil && l.Dead == 1
			})
			if n, err := transport.DiscardAll(t.Context(), bridge.DeadFilter{Signal: evil, Group: evil, Reason: evil}); n != 1 || err != nil {
				t.Errorf("discarded %d, %v", n, err)
			}
			if err := transport.Discard(t.Context(), evil); err == nil {
				t.Errorf("discarded %q", evil)
			}
			if err := transport.RemoveGroup(t.Context(), evil, "' OR 1 = 1; --"); err != nil {
				t.Error(err)
			}
		}
		waitEmpty(t, db)
		if n := count(t, db, "signals_groups WHERE name IS NOT NULL"); n != 8 {
			t.Errorf("%d groups, want 8", n)
		}
	})
}

// Transports with different prefixes share a database but no events.
func TestPrefix(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, on database) {
		db := on.openMigrated(t, Prefix("shop"))
		if err := Migrate(t.Context(), db, on.dialect, Prefix("Shop2")); err != nil {
			t.Fatal(err)
		}
		one, two := on.transport(t, db, Prefix("shop")), on.transport(t, db, Prefix("Shop2"))
		publish(t, one, envelope("1"))
		publish(t, two, envelope("2"))
		wantIDs(t, receiveIDs(t, one, "mailer"), "1")
		wantIDs(t, receiveIDs(t, two, "mailer"), "2")
	})
}

// A transport uses the tables that it found when it was created, whatever the search_path
// of a transaction or of another connection is.
func TestSearchPath(t *testing.T) {
	on := databases["postgres"]
	db := on.open(t)
	for _, s := range []string{"CREATE SCHEMA one", "CREATE SCHEMA two"} {
		if _, err := db.Exec(s); err != nil {
			t.Fatal(err)
		}
	}
	for _, schema := range []string{"one", "two"} {
		if err := Migrate(t.Context(), db, Postgres, Schema(schema)); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := New(t.Context(), db, Postgres); err == nil {
		t.Error("found tables that are not in the search path")
	}
	url := server(name(t, db))
	path, err := sql.Open("pgx", url+"&search_path=two")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = path.Close() })
	one, two := on.transport(t, db, Schema("one")), on.transport(t, path)
	for _, transport := range []*Transport{one, two} {
		tx, err := path.BeginTx(t.Context(), nil)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := tx.Exec("SET LOCAL search_path = pg_temp"); err != nil {
			t.Fatal(err)
		}
		if err := transport.Publish(WithTx(t.Context(), tx), envelope("1")); err != nil {
			t.Fatal(err)
		}
		if err := tx.Commit(); err != nil {
			t.Fatal(err)
		}
	}
	for _, schema := range []string{"one", "two"} {
		if n := count(t, db, schema+".signals_events"); n != 1 {
			t.Errorf("%d events in %s, want 1", n, schema)
		}
	}
	wantIDs(t, receiveIDs(t, one, "mailer"), "1")
	wantIDs(t, receiveIDs(t, two, "mailer"), "1")
}

// name returns the name of a database of PostgreSQL.
func name(t testing.TB, db *sql.DB) (name string) {
	t.Helper()
	if err := db.QueryRow("SELECT current_database()").Scan(&name); err != nil {
		t.Fatal(err)
	}
	return name
}
