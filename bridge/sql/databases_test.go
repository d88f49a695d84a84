package sqlbridge_test

import (
	"context"
	"crypto/rand"
	"database/sql"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib"
	_ "modernc.org/sqlite"

	"go.uber.org/goleak"

	. "github.com/signalgen/signalgen/bridge/sql"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// A database is what tests run on: one kind of it.
type database struct {
	dialect Dialect
	open    func(t testing.TB) *sql.DB // an empty one, until the end of the test
}

var databases = map[string]database{
	"postgres": {Postgres, openPostgres},
	"sqlite":   {SQLite, openSQLite},
}

// onEach runs a test on each database.
func onEach(t *testing.T, test func(t *testing.T, on database)) {
	for name, on := range databases {
		t.Run(name, func(t *testing.T) { test(t, on) })
	}
}

// server returns the URL of PostgreSQL with another database in it.
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

// migrated opens a database with the tables.
func (on database) migrated(t testing.TB, opts ...Option) *sql.DB {
	t.Helper()
	db := on.open(t)
	if err := Migrate(t.Context(), db, on.dialect, opts...); err != nil {
		t.Fatal(err)
	}
	return db
}

// over returns a transport over a database with the tables, until the end of the test.
func (on database) over(t testing.TB, db *sql.DB, opts ...Option) *Transport {
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

// eventually waits until something is so, which others bring about in the database.
func eventually(t testing.TB, what string, is func() bool) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); !is(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("not so: %s", what)
		}
	}
}

// empty waits until there are no events any more.
func empty(t testing.TB, db *sql.DB) {
	t.Helper()
	eventually(t, "no events and no deliveries are left", func() bool {
		return count(t, db, "signals_events")+count(t, db, "signals_deliveries") == 0
	})
}

// settled waits until there are so many deliveries.
func settled(t testing.TB, db *sql.DB, want int) {
	t.Helper()
	eventually(t, "the deliveries are settled", func() bool { return count(t, db, "signals_deliveries") == want })
}

// count returns how many rows there are of what comes behind FROM.
func count(t testing.TB, db *sql.DB, from string) (n int) {
	t.Helper()
	if err := db.QueryRow("SELECT count(*) FROM " + from).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}
