package pgxbridge_test

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"

	"github.com/signalgen/signalgen/bridge"
	sqlbridge "github.com/signalgen/signalgen/bridge/sql"
	. "github.com/signalgen/signalgen/bridge/sql/pgx"
	"github.com/signalgen/signalgen/internal/leak"
)

func TestMain(m *testing.M) { os.Exit(leak.Check(m.Run())) }

// url creates a database that lasts until the end of the test, and returns its URL.
func url(t *testing.T) string {
	t.Helper()
	server := os.Getenv("SIGNALGEN_POSTGRES")
	if server == "" {
		server = "postgres://postgres@127.0.0.1:5432/postgres?sslmode=disable"
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	admin, err := pgx.Connect(ctx, server)
	if err != nil {
		if os.Getenv("CI") == "" {
			t.Skipf("no PostgreSQL: %v", err)
		}
		t.Fatal(err)
	}
	name := "signalgen_" + strings.ToLower(rand.Text()[:12])
	if _, err := admin.Exec(ctx, "CREATE DATABASE "+name); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx := context.Background()
		if _, err := admin.Exec(ctx, "DROP DATABASE "+name+" WITH (FORCE)"); err != nil {
			t.Error(err)
		}
		_ = admin.Close(ctx)
	})
	before, after, _ := strings.Cut(server, "?")
	return before[:strings.LastIndex(before, "/")+1] + name + "?" + after
}

// open returns a pool and a transport over it, which practically does not poll.
func open(t *testing.T, url string, opts ...sqlbridge.Option) (*pgxpool.Pool, *sqlbridge.Transport) {
	t.Helper()
	pool, err := pgxpool.New(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	db := stdlib.OpenDBFromPool(pool)
	if err := sqlbridge.Migrate(t.Context(), db, sqlbridge.Postgres, opts...); err != nil {
		t.Fatal(err)
	}
	transport, err := sqlbridge.New(t.Context(), db, sqlbridge.Postgres, append(opts, sqlbridge.Poll(time.Hour))...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := errors.Join(transport.Close(), db.Close()); err != nil {
			t.Error(err)
		}
	})
	return pool, transport
}

func envelope(id string) *bridge.Envelope {
	return &bridge.Envelope{ID: id, Source: "/", Type: "order.Placed"}
}

// receiveIDs subscribes until the end of the test. The channel receives the IDs.
func receiveIDs(t *testing.T, transport *sqlbridge.Transport) <-chan string {
	t.Helper()
	ctx, leave := context.WithCancel(context.Background())
	t.Cleanup(leave)
	ids := make(chan string, 100)
	err := transport.Subscribe(ctx, "order.Placed", "mailer", func(d bridge.Delivery) {
		d.Settle(nil)
		ids <- d.Envelope.ID
	})
	if err != nil {
		t.Fatal(err)
	}
	return ids
}

func wantID(t *testing.T, ids <-chan string, want string) {
	t.Helper()
	select {
	case got := <-ids:
		if got != want {
			t.Errorf("received %q, want %q", got, want)
		}
	case <-time.After(time.Minute):
		t.Fatalf("did not receive %q", want)
	}
}

var errRefused = errors.New("refused by the test")

func TestInTx(t *testing.T) {
	pool, transport := open(t, url(t))
	ids := receiveIDs(t, transport)
	for _, want := range []error{errRefused, nil} {
		err := InTx(t.Context(), pool, pgx.TxOptions{}, func(ctx context.Context, tx pgx.Tx) error {
			if err := transport.Publish(ctx, envelope("1")); err != nil {
				return err
			}
			var n int // the transaction sees what is stored in it
			if err := tx.QueryRow(ctx, "SELECT count(*) FROM signals_events").Scan(&n); err != nil || n != 1 {
				t.Errorf("%d events, %v, want 1", n, err)
			}
			return want
		})
		if !errors.Is(err, want) {
			t.Errorf("%v, want %v", err, want)
		}
	}
	wantID(t, ids, "1")
	if len(ids) > 0 {
		t.Errorf("received %q", <-ids)
	}
}

// Committed wakes the subscriptions of the process.
func TestWithTx(t *testing.T) {
	pool, transport := open(t, url(t))
	ids := receiveIDs(t, transport)
	tx, err := pool.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	ctx := WithTx(t.Context(), tx)
	if err := errors.Join(transport.Publish(ctx, envelope("1")), tx.Commit(ctx)); err != nil {
		t.Fatal(err)
	}
	sqlbridge.Committed(ctx)
	wantID(t, ids, "1")
}

// InTx calls its func again after a serialization failure.
func TestConflict(t *testing.T) {
	pool, transport := open(t, url(t))
	if _, err := pool.Exec(t.Context(), "CREATE TABLE stock (n int); INSERT INTO stock VALUES (10)"); err != nil {
		t.Fatal(err)
	}
	ids := receiveIDs(t, transport)
	calls := 0
	err := InTx(t.Context(), pool, pgx.TxOptions{IsoLevel: pgx.Serializable}, func(ctx context.Context, tx pgx.Tx) error {
		calls++
		var n int
		if err := tx.QueryRow(ctx, "SELECT n FROM stock").Scan(&n); err != nil {
			return err
		}
		if calls == 1 { // another transaction commits first
			if _, err := pool.Exec(ctx, "UPDATE stock SET n = n - 1"); err != nil {
				return err
			}
		}
		if _, err := tx.Exec(ctx, "UPDATE stock SET n = $1", n-1); err != nil {
			return err
		}
		return transport.Publish(ctx, envelope("1"))
	})
	if err != nil || calls != 2 {
		t.Errorf("%v after %d calls, want 2", err, calls)
	}
	wantID(t, ids, "1")
	if len(ids) > 0 {
		t.Errorf("received %q", <-ids)
	}
}

// connector returns a listener, and a channel of its connections.
func connector(url string) (sqlbridge.Listener, <-chan *pgx.Conn) {
	made := make(chan *pgx.Conn, 10)
	return Listener(func(ctx context.Context) (*pgx.Conn, error) {
		conn, err := pgx.Connect(ctx, url)
		if err == nil {
			made <- conn
		}
		return conn, err
	}), made
}

// Other processes are notified of commits. A listener whose connection is lost connects
// again, and wakes the subscriptions for what it has missed.
func TestNotify(t *testing.T) {
	url := url(t)
	listener, made := connector(url)
	_, receiving := open(t, url, sqlbridge.Notify(listener))
	pool, sending := open(t, url)
	ids := receiveIDs(t, receiving)
	first := <-made
	if err := sending.Publish(t.Context(), envelope("1")); err != nil {
		t.Fatal(err)
	}
	wantID(t, ids, "1")
	if _, err := pool.Exec(t.Context(), "SELECT pg_terminate_backend($1)", first.PgConn().PID()); err != nil {
		t.Fatal(err)
	}
	if err := sending.Publish(t.Context(), envelope("2")); err != nil {
		t.Fatal(err)
	}
	wantID(t, ids, "2")
	<-made
	err := InTx(t.Context(), pool, pgx.TxOptions{}, func(ctx context.Context, _ pgx.Tx) error {
		return sending.Publish(ctx, envelope("3"))
	})
	if err != nil {
		t.Fatal(err)
	}
	wantID(t, ids, "3")
	tx, err := pool.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	ctx := WithTx(t.Context(), tx) // the bridge does not see this commit
	if err := errors.Join(sending.Publish(ctx, envelope("4")), tx.Commit(ctx)); err != nil {
		t.Fatal(err)
	}
	wantID(t, ids, "4")
}

// Commits of InTx do not wait for a notification. One is sent for all commits since the
// last one, and none for a rollback.
func TestNotifyAfterCommits(t *testing.T) {
	url := url(t)
	listener, _ := connector(url)
	pool, receiving := open(t, url, sqlbridge.Notify(listener))
	receiveIDs(t, receiving)
	db, err := sql.Open("pgx", url)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	db.SetMaxOpenConns(1)
	sending, err := sqlbridge.New(t.Context(), db, sqlbridge.Postgres)
	if err != nil {
		t.Fatal(err)
	}
	only, err := db.Conn(t.Context()) // without it no notification can be sent
	if err != nil {
		t.Fatal(err)
	}
	hear, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = hear.Close(context.Background()) }()
	if _, err := hear.Exec(t.Context(), `LISTEN "public.signals"`); err != nil {
		t.Fatal(err)
	}
	for _, want := range []error{nil, nil, errRefused, nil, nil, nil} {
		err := InTx(t.Context(), pool, pgx.TxOptions{}, func(ctx context.Context, _ pgx.Tx) error {
			return errors.Join(sending.Publish(ctx, envelope("1")), want)
		})
		if !errors.Is(err, want) {
			t.Fatalf("found error %v, wanted %v", err, want)
		}
	}
	if err := errors.Join(only.Close(), sending.Close()); err != nil {
		t.Fatal(err)
	}
	if _, err := pool.Exec(t.Context(), "SELECT pg_notify('public.signals', 'end')"); err != nil {
		t.Fatal(err)
	}
	var payloads []string
	for len(payloads) == 0 || payloads[len(payloads)-1] != "end" {
		n, err := hear.WaitForNotification(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		payloads = append(payloads, n.Payload)
	}
	// The first one may have begun before there was a second commit.
	if n := len(payloads); n < 2 || n > 3 || payloads[0] != "order.Placed" {
		t.Errorf("found notifications %q, wanted order.Placed once or twice", payloads)
	}
}
