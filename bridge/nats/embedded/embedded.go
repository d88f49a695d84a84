// Package embedded runs a NATS server with JetStream inside the process, for
// tests, for a program on one machine, and for a first try of a bridge without
// anything installed.
//
//	server, err := embedded.Start(embedded.Folder("/var/lib/shop"))
//	if err != nil { ... }
//	defer server.Shutdown()
//	transport, err := server.Transport(ctx)
//
// It is ready within milliseconds, does not listen on a socket unless [Listen] is used, and
// leaves nothing behind: no goroutines, and no files except those in [Folder].
//
// # Durability
//
// Without [Folder] everything is in memory and lost with the server. With it, messages that
// a stream has acknowledged survive the end of the process, including kill -9, because they
// have been written to the operating system. Whether they survive a loss of power depends
// on when they are synced to disk: see [Sync].
package embedded

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"sync"
	"time"

	"github.com/gofrs/flock"
	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"

	natsbridge "github.com/signalgen/signalgen/bridge/nats"
)

// readiness is how long a server may take to load a folder. Streams of many gigabytes take
// minutes after a crash.
const readiness = 5 * time.Minute

// A Server is a NATS server in this process. It is safe for use by several goroutines.
type Server struct {
	server *server.Server
	login  []nats.Option
	memory bool
	remove string       // a temporary folder; "" if a folder was given
	lock   *flock.Flock // on the folder that was given; nil if there is none

	mu    sync.Mutex // guards what follows
	conns []*nats.Conn
}

// Start starts a server and returns when it accepts connections. Errors are those of the
// server, such as an address in use or a folder that cannot be written, and a folder that
// another server uses.
func Start(opts ...Option) (*Server, error) {
	c := config{options: server.Options{
		ServerName: "signalgen-embedded",
		DontListen: true,
		JetStream:  true,
		NoSigs:     true,

		SyncInterval: time.Second,
	}}
	for _, o := range opts {
		o(&c)
	}
	s := &Server{memory: c.options.StoreDir == "", login: login(&c.options)}
	err := c.err
	if err == nil {
		err = s.place(&c.options)
	}
	if err == nil {
		err = s.start(&c.options)
	}
	if err != nil {
		s.Shutdown()
		return nil, fmt.Errorf("embedded nats server: %w", err)
	}
	return s, nil
}

// place prepares the folder of the server.
func (s *Server) place(o *server.Options) (err error) {
	if s.memory {
		s.remove, err = os.MkdirTemp("", "signalgen-nats-") // the server insists on one
		o.StoreDir = s.remove
	} else {
		s.lock, err = lock(o.StoreDir)
	}
	return err
}

func (s *Server) start(o *server.Options) error {
	if !o.JetStream {
		return errors.New("configured without JetStream, which streams need")
	}
	var err error
	if s.server, err = server.NewServer(o); err != nil {
		return err
	}
	log := &serverLog{}
	s.server.SetLoggerV2(log, false, false, false)
	s.server.Start() // returns once everything runs, or an error was logged
	if err := log.fatal(); err != nil {
		return err
	}
	if !s.server.ReadyForConnections(readiness) {
		return errors.New("not ready after " + readiness.String())
	}
	if !s.server.JetStreamEnabled() {
		return errors.New("running without JetStream")
	}
	return nil
}

// Connect returns a connection inside the process, which Shutdown closes. It logs in with
// the Username and Password, or the Authorization, that [Configure] has set. A server that
// is configured otherwise, with several users, for example, needs an option such as
// nats.UserInfo.
func (s *Server) Connect(opts ...nats.Option) (*nats.Conn, error) {
	nc, err := nats.Connect("", slices.Concat(s.login, opts, []nats.Option{nats.InProcessServer(s.server)})...)
	if err != nil {
		return nil, fmt.Errorf("embedded nats server: %w", refused(err))
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.conns = append(s.conns, nc)
	return nc, nil
}

// login returns the credentials for connections inside the process, if the server has only
// one user or token.
func login(o *server.Options) (as []nats.Option) {
	if o.Username != "" {
		as = append(as, nats.UserInfo(o.Username, o.Password))
	}
	if o.Authorization != "" {
		as = append(as, nats.Token(o.Authorization))
	}
	return as
}

// refused explains why a connection inside the process fails. A server that rejects the
// credentials may close the connection before the client reads the error.
func refused(err error) error {
	if errors.Is(err, nats.ErrAuthorization) || errors.Is(err, io.ErrClosedPipe) || errors.Is(err, io.EOF) {
		return fmt.Errorf("the server rejects the connection; it was configured with users, so pass the credentials of one to Connect, such as nats.UserInfo: %w", err)
	}
	return err
}

// Transport returns a transport for a bridge, with a connection of its own inside the
// process, which Shutdown closes. Its streams are in memory if the server has no folder. If
// [Server.Connect] needs options, pass its result to natsbridge.New instead.
func (s *Server) Transport(ctx context.Context, opts ...natsbridge.Option) (*natsbridge.Transport, error) {
	nc, err := s.Connect()
	if err != nil {
		return nil, err
	}
	if s.memory {
		opts = append([]natsbridge.Option{natsbridge.Memory()}, opts...)
	}
	return natsbridge.New(ctx, nc, opts...)
}

// URL returns the address for other processes; "" if the server does not listen.
func (s *Server) URL() string {
	if s.server.Addr() == nil {
		return ""
	}
	return "nats://" + s.server.Addr().String()
}

// Shutdown closes the connections of Connect and Transport, stops the server, and waits
// until it has stopped. A second Shutdown does nothing.
func (s *Server) Shutdown() {
	s.mu.Lock()
	conns := s.conns
	s.conns = nil
	s.mu.Unlock()
	for _, nc := range conns {
		nc.Close()
	}
	if s.server != nil {
		s.server.Shutdown()
		s.server.WaitForShutdown()
	}
	if s.lock != nil {
		_ = s.lock.Close() // at the latest, the system unlocks it at the end of the process
	}
	if s.remove != "" {
		_ = os.RemoveAll(s.remove) // it is in the folder for temporary files
	}
}
