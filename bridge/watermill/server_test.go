package watermillbridge_test

import (
	"database/sql"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	wsql "github.com/ThreeDotsLabs/watermill-sql/v4/pkg/sql"

	"github.com/ThreeDotsLabs/watermill-redisstream/pkg/redisstream"
	"github.com/ThreeDotsLabs/watermill/message"
	_ "github.com/jackc/pgx/v5/stdlib" // the driver
	"github.com/redis/go-redis/v9"
)

// A server is a process of the tests' own, at a port of its own.
type server struct {
	dir, addr string
	cmd       *exec.Cmd
	life      *os.File // the server stops when this is closed, be it by the end of the test's process
}

// untilEnd runs a command until its own standard input ends.
const untilEnd = `"$@" </dev/null & cat; kill -INT $!; wait`

func (s *server) start(command ...string) error {
	log, err := os.Create(filepath.Join(s.dir, "log"))
	if err != nil {
		return err
	}
	defer func() { _ = log.Close() }()
	in, life, err := os.Pipe()
	if err != nil {
		return err
	}
	defer func() { _ = in.Close() }()
	s.life = life
	s.cmd = exec.Command("sh", append([]string{"-c", untilEnd, "sh"}, command...)...)
	s.cmd.Stdin, s.cmd.Stdout, s.cmd.Stderr = in, log, log
	s.cmd.Dir = s.dir
	return s.cmd.Start()
}

// stop stops a server; start may follow.
func (s *server) stop() {
	if s.cmd != nil {
		_ = s.life.Close()
		_ = s.cmd.Wait()
		s.cmd = nil
	}
}

// remove is for a server that may be nil, or not started.
func (s *server) remove() {
	if s != nil {
		s.stop()
		_ = os.RemoveAll(s.dir)
	}
}

// newServer returns one that is not started.
func newServer() (*server, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	defer func() { _ = listener.Close() }()
	dir, err := os.MkdirTemp("", "watermillbridge")
	if err == nil {
		err = os.Chmod(dir, 0o755)
	}
	return &server{dir: dir, addr: listener.Addr().String()}, err
}

// eventually calls try until it returns nil, for half a minute.
func eventually(try func() error) error {
	deadline := time.Now().Add(30 * time.Second)
	for {
		err := try()
		if err == nil || time.Now().After(deadline) {
			return err
		}
		time.Sleep(20 * time.Millisecond) // another process cannot be waited for
	}
}

// program returns the path of a program, which may be where Debian keeps those of
// PostgreSQL.
func program(name string) (string, error) {
	debian, _ := filepath.Glob("/usr/lib/postgresql/*/bin/" + name)
	path, err := exec.LookPath(name)
	if err != nil && len(debian) > 0 {
		return slices.Max(debian), nil
	}
	return path, err
}

// asAnother returns a command that is not run by root, which PostgreSQL refuses.
func asAnother(command ...string) []string {
	if os.Getuid() != 0 {
		return command
	}
	return append([]string{"setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"}, command...)
}

// need ends a test for which a server is missing: it fails where everything is
// tested.
func need(t testing.TB, what string, err error) {
	t.Helper()
	switch {
	case err == nil:
	case os.Getenv("CI") != "":
		t.Fatalf("%s: %v", what, err)
	default:
		t.Skipf("%s: %v", what, err)
	}
}

// The servers of all tests. TestMain stops them.
var (
	postgresServer, redisServer *server
	postgresOnce                = sync.OnceValue(func() (err error) {
		postgresServer, err = newPostgresServer()
		return err
	})
	redisOnce = sync.OnceValue(func() (err error) {
		if redisServer, err = newServer(); err != nil {
			return err
		}
		return redisServer.startRedis()
	})
)

func removeServers() {
	postgresServer.remove()
	redisServer.remove()
}

func (s *server) startRedis() error {
	path, err := program("redis-server")
	if err != nil {
		return err
	}
	_, port, _ := net.SplitHostPort(s.addr)
	if err := s.start(path, "--port", port, "--bind", "127.0.0.1", "--save", "", "--dir", s.dir); err != nil {
		return err
	}
	return eventually(s.dial)
}

func (s *server) dial() error {
	conn, err := net.Dial("tcp", s.addr)
	if err == nil {
		err = conn.Close()
	}
	return err
}

// newPostgresServer returns one that is started.
func newPostgresServer() (*server, error) {
	s, err := newServer()
	if err != nil {
		return nil, err
	}
	initdb, err := program("initdb")
	if err != nil {
		return s, err
	}
	if err := os.Chmod(s.dir, 0o777); err != nil { // for the user that runs it
		return s, err
	}
	command := asAnother(initdb, "-A", "trust", "-U", "postgres", "-N", "-D", filepath.Join(s.dir, "data"))
	if out, err := exec.Command(command[0], command[1:]...).CombinedOutput(); err != nil {
		return s, fmt.Errorf("%w: %s", err, out)
	}
	return s, s.startPostgres()
}

func (s *server) startPostgres() error {
	path, err := program("postgres")
	if err != nil {
		return err
	}
	_, port, _ := net.SplitHostPort(s.addr)
	if err := s.start(asAnother(path, "-D", filepath.Join(s.dir, "data"), "-k", s.dir, "-p", port, "-c", "fsync=off", "-c", "max_connections=200")...); err != nil {
		return err
	}
	db, err := sql.Open("pgx", s.url())
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	return eventually(db.Ping)
}

func (s *server) url() string { return "postgres://postgres@" + s.addr + "/postgres" }

// servers are what tests of all servers run on.
var servers = []struct {
	name string
	open func(t testing.TB) broker
}{
	{"PostgreSQL", func(t testing.TB) broker { return newPostgres(t) }},
	{"Redis", func(t testing.TB) broker { return newStreams(t) }},
}

// postgres is PostgreSQL by watermill-sql.
type postgres struct {
	*wsql.Publisher

	db        *sql.DB
	configure func(c *wsql.SubscriberConfig) // may be nil
}

func newPostgres(t testing.TB) *postgres {
	t.Helper()
	need(t, "PostgreSQL", postgresOnce())
	return postgresAt(t, postgresServer)
}

func postgresAt(t testing.TB, s *server) *postgres {
	t.Helper()
	db, err := sql.Open("pgx", s.url())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	publisher, err := wsql.NewPublisher(wsql.BeginnerFromStdSQL(db), wsql.PublisherConfig{SchemaAdapter: schema, AutoInitializeSchema: true}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return &postgres{Publisher: publisher, db: db}
}

// schema has payloads of any bytes.
var schema = wsql.DefaultPostgreSQLSchema{GeneratePayloadType: func(string) string { return "BYTEA" }}

func (p *postgres) of(group string) (message.Subscriber, error) {
	deadline := time.Second // how long a group that holds a message may keep others from seeing what is published
	c := wsql.SubscriberConfig{
		AckDeadline:   &deadline,
		ConsumerGroup: group, SchemaAdapter: schema, OffsetsAdapter: wsql.DefaultPostgreSQLOffsetsAdapter{}, InitializeSchema: true,
		PollInterval: 10 * time.Millisecond, RetryInterval: 10 * time.Millisecond,
	}
	if p.configure != nil {
		p.configure(&c)
	}
	return wsql.NewSubscriber(wsql.BeginnerFromStdSQL(p.db), c, nil)
}

// rows returns how many messages a topic has.
func (p *postgres) rows(t testing.TB, topic string) (n int) {
	t.Helper()
	if err := p.db.QueryRow(`SELECT count(*) FROM "watermill_` + topic + `"`).Scan(&n); err != nil {
		t.Error(err)
	}
	return n
}

// streams is Redis by watermill-redisstream.
type streams struct {
	*redisstream.Publisher

	addr string
}

func newStreams(t testing.TB) *streams {
	t.Helper()
	need(t, "Redis", redisOnce())
	return streamsAt(t, redisServer.addr)
}

func streamsAt(t testing.TB, addr string) *streams {
	t.Helper()
	publisher, err := redisstream.NewPublisher(redisstream.PublisherConfig{Client: redis.NewClient(&redis.Options{Addr: addr})}, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = publisher.Close() })
	return &streams{publisher, addr}
}

func (s *streams) of(group string) (message.Subscriber, error) {
	return redisstream.NewSubscriber(redisstream.SubscriberConfig{
		Client: redis.NewClient(&redis.Options{Addr: s.addr}), ConsumerGroup: group,
		BlockTime: 20 * time.Millisecond, ClaimInterval: 100 * time.Millisecond, MaxIdleTime: time.Second,
		DisableIndefiniteInitialBlock: true,
	}, nil)
}
