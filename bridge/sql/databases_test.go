package sqlbridge_test

import (
	"context"
	"crypto/rand"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib"
	_ "modernc.org/sqlite"

	. "github.com/signalgen/signalgen/bridge/sql"
	"github.com/signalgen/signalgen/internal/leak"
)

func TestMain(m *testing.M) { os.Exit(leak.Check(m.Run())) }

// A database is a kind of database that tests run on.
type database struct {
	dialect Dialect
	open    func(t testing.TB) *sql.DB // opens an empty database, until the end of the test
}

var databases = map[string]database{
	"postgres": {Postgres, openPostgres},
	"sqlite":   {SQLite, openSQLite},
}

// onEachDatabase runs a test on each kind of database.
func onEachDatabase(t *testing.T, test func(t *testing.T, on database)) {
	for name, on := range databases {
		t.Run(name, func(t *testing.T) { test(t, on) })
	}
}

// server returns the URL of a database on the PostgreSQL server.
func server(name string) string {
	url := os.Getenv("SIGNALGEN_POSTGRES")
	if url == "" {
		url = "postgres://postgres@127.0.0.1:5432/postgres?sslmode=disable"
	}
	before, after, _ := strings.Cut(url, "?")
	return before[:strings.LastIndex(before, "/")+1] + name + "?" + after
}

func openPostgres(t testing.TB) *sql.DB {
	t.Helper()
	admin, err := sql.Open("pgx", server("postgres"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = admin.Close() })
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	if err := admin.PingContext(ctx); err != nil {
		if os.Getenv("CI") == "" {
			t.Skipf("no PostgreSQL: %v", err)
		}
		t.Fatal(err)
	}
	name := "signalgen_" + strings.ToLower(rand.Text()[:12])
	if _, err := admin.ExecContext(ctx, "CREATE DATABASE "+name); err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("pgx", server(name))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = db.Close()
		if _, err := admin.Exec("DROP DATABASE " + name + " WITH (FORCE)"); err != nil {
			t.Error(err)
		}
	})
	return db
}

func openSQLite(t testing.TB) *sql.DB {
	t.Helper()
	path := filepath.Join(t.TempDir(), "signals.db")
	db, err := sql.Open("sqlite", "file:"+path+"?_pragma=busy_timeout(5000)&_pragma=journal_mode(WAL)")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

// openMigrated opens a database with the tables.
func (on database) openMigrated(t testing.TB, opts ...Option) *sql.DB {
	t.Helper()
	db := on.open(t)
	if err := Migrate(t.Context(), db, on.dialect, opts...); err != nil {
		t.Fatal(err)
	}
	return db
}

// transport returns a transport over a database with the tables, until the end of the test.
func (on database) transport(t testing.TB, db *sql.DB, opts ...Option) *Transport {
	t.Helper()
	transport, err := New(t.Context(), db, on.dialect, opts...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := transport.Close(); err != nil {
			t.Error(err)
		}
	})
	return transport
}

// patience is how long tests wait for what should happen at once, on a machine that is
// busy with other things.
const patience = time.Minute

// eventually waits until a condition is true, which another goroutine makes true.
func eventually(t testing.TB, what string, condition func() bool) {
	t.Helper()
	for deadline := time.Now().Add(patience); !condition(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("waited %v until %s", patience, what)
		}
	}
}

// waitEmpty waits until there are no events and no deliveries.
func waitEmpty(t testing.TB, db *sql.DB) {
	t.Helper()
	eventually(t, "no events and no deliveries are left", func() bool {
		return count(t, db, "signals_events")+count(t, db, "signals_deliveries") == 0
	})
}

// waitDeliveries waits until there is a given number of deliveries.
func waitDeliveries(t testing.TB, db *sql.DB, want int) {
	t.Helper()
	eventually(t, fmt.Sprintf("%d deliveries are left", want), func() bool { return count(t, db, "signals_deliveries") == want })
}

// count returns the number of rows that a FROM clause selects.
func count(t testing.TB, db *sql.DB, from string) (n int) {
	t.Helper()
	if err := db.QueryRow("SELECT count(*) FROM " + from).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}
