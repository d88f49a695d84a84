package sqlbridge_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/signalgen/signalgen/bridge"
	"github.com/signalgen/signalgen/bridge/bridgetest"
	. "github.com/signalgen/signalgen/bridge/sql"
)

// A proxy forwards connections to PostgreSQL, and can be shut down.
type proxy struct {
	address, server string

	mu       sync.Mutex   // guards what follows
	listener net.Listener // nil while the proxy is down
	conns    map[net.Conn]struct{}
}

// newProxy starts a proxy, and returns the URL of a database through it.
func newProxy(t *testing.T, database string) (*proxy, string) {
	t.Helper()
	u, err := url.Parse(server(database))
	if err != nil {
		t.Fatal(err)
	}
	p := &proxy{address: "127.0.0.1:0", server: u.Host, conns: make(map[net.Conn]struct{})}
	p.up(t)
	t.Cleanup(p.down)
	u.Host = p.address
	return p, u.String()
}

func (p *proxy) up(t *testing.T) {
	t.Helper()
	var listener net.Listener
	eventually(t, "the port is free", func() (free bool) { // another process may have it after down
		var err error
		listener, err = net.Listen("tcp", p.address)
		return err == nil
	})
	p.mu.Lock()
	defer p.mu.Unlock()
	p.listener, p.address = listener, listener.Addr().String()
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go p.serve(conn)
		}
	}()
}

// down closes all connections, and rejects new ones.
func (p *proxy) down() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.listener != nil {
		_ = p.listener.Close()
	}
	p.listener = nil
	for conn := range p.conns {
		_ = conn.Close()
	}
}

func (p *proxy) serve(client net.Conn) {
	server, err := net.Dial("tcp", p.server)
	if err != nil {
		_ = client.Close()
		return
	}
	if !p.add(client, server) {
		_ = client.Close()
		_ = server.Close()
		return
	}
	var both sync.WaitGroup
	for _, pair := range [][2]net.Conn{{client, server}, {server, client}} {
		both.Go(func() {
			_, _ = io.Copy(pair[0], pair[1])
			_ = client.Close()
			_ = server.Close()
		})
	}
	both.Wait()
}

// add adds connections, unless the proxy is down.
func (p *proxy) add(conns ...net.Conn) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, conn := range conns {
		p.conns[conn] = struct{}{}
	}
	return p.listener != nil
}

// While PostgreSQL cannot be reached sends wait, and subscriptions recover afterwards. A
// send in a transaction fails together with the transaction.
func TestOutage(t *testing.T) {
	on := databases["postgres"]
	db := on.openMigrated(t)
	p, url := newProxy(t, name(t, db))
	far, err := sql.Open("pgx", url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = far.Close() })
	transport := on.transport(t, far)
	ids := receiveIDs(t, transport, "mailer")
	publish(t, transport, envelope("1"))
	wantIDs(t, ids, "1")
	err = InTx(t.Context(), far, nil, func(ctx context.Context, _ *sql.Tx) error {
		p.down()
		return transport.Publish(ctx, envelope("lost"))
	})
	if err == nil {
		t.Error("no error in a transaction whose connection is lost")
	}
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	if err := transport.Publish(ctx, envelope("too late")); err == nil {
		t.Error("published without a database")
	}
	if err := transport.Health(t.Context()); err == nil {
		t.Error("healthy without a database")
	}
	published := make(chan error)
	go func() { published <- transport.Publish(t.Context(), envelope("2")) }()
	select {
	case err := <-published:
		t.Errorf("published without a database: %v", err)
	case <-time.After(100 * time.Millisecond):
	}
	p.up(t)
	if err := <-published; err != nil {
		t.Fatal(err)
	}
	wantIDs(t, ids, "2")
	if err := transport.Health(t.Context()); err != nil {
		t.Error(err)
	}
}

// Connections are cut at any time. Every event that is known to be committed is received,
// and none that was rolled back.
func TestConnectionsCut(t *testing.T) {
	const transactions = 300
	on := databases["postgres"]
	db := on.openMigrated(t)
	worked, err := sql.Open("pgx", server(name(t, db)))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = worked.Close() })
	transport := on.transport(t, worked, Lease(time.Second), Poll(50*time.Millisecond))
	ids := receiveIDs(t, transport, "mailer")
	ctx, stop := context.WithCancel(t.Context())
	var cutting sync.WaitGroup
	cutting.Go(func() {
		for ctx.Err() == nil {
			_, err := db.ExecContext(ctx, `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
				WHERE datname = current_database() AND pid <> pg_backend_pid() AND random() < 0.3`)
			if err != nil && ctx.Err() == nil && !strings.Contains(err.Error(), "57P01") {
				t.Error(err)
			}
			time.Sleep(5 * time.Millisecond) // so that something gets done in between
		}
	})
	committed, unknown := make(map[string]bool), make(map[string]bool)
	for i := range transactions {
		id := fmt.Sprint(i)
		err := InTx(t.Context(), worked, nil, func(ctx context.Context, _ *sql.Tx) error {
			if err := transport.Publish(ctx, envelope(id)); err != nil {
				return errors.Join(err, errRefused)
			}
			if i%10 == 0 {
				return errRefused
			}
			return nil
		})
		switch {
		case err == nil:
			committed[id] = true
		case !errors.Is(err, errRefused):
			unknown[id] = true // the connection may have been cut after the commit
		}
	}
	stop()
	cutting.Wait()
	missing, twice := len(committed), 0
	seen := make(map[string]bool)
	for missing > 0 {
		select {
		case id := <-ids:
			switch {
			case seen[id]:
				twice++
			case committed[id]:
				missing--
			case !unknown[id]:
				t.Errorf("received %s, which was rolled back", id)
			}
			seen[id] = true
		case <-time.After(patience):
			t.Fatalf("%d of %d are missing", missing, len(committed))
		}
	}
	t.Logf("%d committed, %d unknown, %d received twice", len(committed), len(unknown), twice)
	waitEmpty(t, db)
}

// A process that stops in the middle of a claim blocks the others for one lease at most.
func TestSuspendedClaim(t *testing.T) {
	on := databases["postgres"]
	db := on.openMigrated(t)
	transport := on.transport(t, db, Lease(time.Second))
	createGroup(t, transport, "mailer")
	publish(t, transport, envelope("1"))
	conn, err := db.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	for _, s := range []string{"BEGIN", strings.NewReplacer("$1", "1", "$2", "'1000'").Replace(transport.Statements()["lockGroup"])} {
		if _, err := conn.ExecContext(t.Context(), s); err != nil {
			t.Fatal(err)
		}
	}
	wantIDs(t, receiveIDs(t, transport, "mailer"), "1")
}

// Only the database's clock matters. It may be a day ahead.
func TestOtherClock(t *testing.T) {
	on := databases["postgres"]
	db := on.open(t)
	for _, s := range []string{
		"CREATE SCHEMA ahead",
		`CREATE FUNCTION ahead.statement_timestamp() RETURNS timestamptz LANGUAGE sql STABLE AS
			$$ SELECT pg_catalog.statement_timestamp() + interval '1 day' $$`,
	} {
		if _, err := db.Exec(s); err != nil {
			t.Fatal(err)
		}
	}
	ahead, err := sql.Open("pgx", server(name(t, db))+"&search_path="+url.QueryEscape("ahead,pg_catalog,public"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = ahead.Close() })
	if err := Migrate(t.Context(), ahead, Postgres, Schema("public")); err != nil {
		t.Fatal(err)
	}
	open := func(t testing.TB) bridge.Transport {
		return on.transport(t, ahead, Schema("public"), Backoff(10*time.Millisecond), MaxDeliver(5))
	}
	bridgetest.Conform(t, open, bridgetest.Letters(letters, replay))
	if n := count(t, ahead, "signals_dead WHERE died < now() + interval '23 hours'"); n > 0 || count(t, ahead, "signals_dead") == 0 {
		t.Errorf("found %d dead letters with a time of another clock", n)
	}
}

// A database that cannot be written to is not healthy.
func TestHealthOfStandby(t *testing.T) {
	on := databases["postgres"]
	db := on.openMigrated(t)
	transport := on.transport(t, db)
	if err := transport.Health(t.Context()); err != nil {
		t.Error(err)
	}
	db.SetMaxOpenConns(1)
	if _, err := db.Exec("SET default_transaction_read_only = on"); err != nil {
		t.Fatal(err)
	}
	if err := transport.Health(t.Context()); err == nil || !strings.Contains(err.Error(), "read-only") {
		t.Errorf("health: %v", err)
	}
}

func TestHealthWithoutTables(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, on database) {
		db := on.openMigrated(t)
		transport := on.transport(t, db)
		if _, err := db.Exec("DROP TABLE signals_version"); err != nil {
			t.Fatal(err)
		}
		if err := transport.Health(t.Context()); err == nil || !strings.Contains(err.Error(), "found no table") {
			t.Errorf("health: %v", err)
		}
	})
}

// A listener is a Listener whose method is a func of a test.
type listener func(ctx context.Context, channel string, notify func(payload string)) error

func (l listener) Listen(ctx context.Context, channel string, notify func(payload string)) error {
	return l(ctx, channel, notify)
}

// When notifications are lost, polling finds the events. A listener that fails is called
// again.
func TestNotificationsLost(t *testing.T) {
	on := databases["postgres"]
	db := on.openMigrated(t)
	calls := make(chan string, 100)
	deaf := listener(func(ctx context.Context, channel string, _ func(string)) error {
		calls <- channel
		if len(calls) < 3 {
			return errRefused
		}
		<-ctx.Done()
		return ctx.Err()
	})
	transport := on.transport(t, db, Notify(deaf), Poll(50*time.Millisecond))
	ids := receiveIDs(t, transport, "mailer")
	other := on.transport(t, db)
	for _, id := range []string{"1", "2", "3"} {
		publish(t, other, envelope(id))
		wantIDs(t, ids, id)
	}
	channels := []string{<-calls, <-calls, <-calls}
	if want := []string{"public.signals", "public.signals", "public.signals"}; !slices.Equal(channels, want) {
		t.Errorf("listened on %q, want %q", channels, want)
	}
}

// The name of a channel is short enough for PostgreSQL even if prefix and schema are long.
func TestChannelOfLongNames(t *testing.T) {
	on := databases["postgres"]
	db := on.open(t)
	long := strings.Repeat("long_", 8)
	if _, err := db.Exec("CREATE SCHEMA " + long); err != nil {
		t.Fatal(err)
	}
	options := []Option{Prefix(long), Schema(long)}
	if err := Migrate(t.Context(), db, Postgres, options...); err != nil {
		t.Fatal(err)
	}
	channels := make(chan string, 10)
	transport := on.transport(t, db, append(options, Notify(listener(func(ctx context.Context, channel string, _ func(string)) error {
		channels <- channel
		<-ctx.Done()
		return ctx.Err()
	})))...)
	ids := receiveIDs(t, transport, "mailer")
	publish(t, transport, envelope("1"))
	wantIDs(t, ids, "1")
	if channel := <-channels; len(channel) > 63 {
		t.Errorf("channel %q", channel)
	}
}

func TestNotifyNeedsPostgres(t *testing.T) {
	db := databases["sqlite"].openMigrated(t)
	if _, err := New(t.Context(), db, SQLite, Notify(listener(nil))); err == nil {
		t.Error("SQLite has no notifications")
	}
	if _, err := New(t.Context(), db, SQLite, Schema("main")); err == nil {
		t.Error("SQLite has no schemas")
	}
}

// A subscription has ended, and PostgreSQL cannot be reached for a while. The member still
// renews the lease of a delivery that is not settled, and stores its settlement.
func TestOutageAfterTheEnd(t *testing.T) {
	on := databases["postgres"]
	db := on.openMigrated(t)
	p, url := newProxy(t, name(t, db))
	far, err := sql.Open("pgx", url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = far.Close() })
	failed := make(chan struct{}, 100)
	log := slog.New(slog.NewTextHandler(writer(func(p []byte) {
		if strings.Contains(string(p), "cannot store") {
			failed <- struct{}{}
		}
	}), nil))
	const lease = time.Second
	transport := on.transport(t, far, Lease(lease), Logger(log))
	deliveries, leave := receive(t, transport, "mailer", bridge.SubscribeOptions{})
	publish(t, transport, envelope("1"), envelope("2"))
	one, two := next(t, deliveries), next(t, deliveries)
	leave()
	p.down()
	one.Settle(nil)
	<-failed
	began := time.Now()
	p.up(t)
	waitDeliveries(t, db, 1)
	eventually(t, "the lease is renewed after another one", func() bool {
		return count(t, db, fmt.Sprintf("signals_deliveries WHERE due > %d", began.Add(5*lease/2).UnixMilli())) == 1
	})
	two.Settle(nil)
	waitEmpty(t, db)
}

// A writer is an io.Writer that calls a func.
type writer func(p []byte)

func (w writer) Write(p []byte) (int, error) {
	w(p)
	return len(p), nil
}
