// Package embedded runs a NATS server with JetStream inside the process, for
// tests, for a program on one machine, and for a first try of a bridge without
// anything installed.
//
//	server, err := embedded.Start(embedded.Folder("/var/lib/shop"))
//	if err != nil { ... }
//	defer server.Shutdown()
//	transport, err := server.Transport(ctx)
//
// It is ready within milliseconds, listens on no socket unless [Listen] says so,
// and leaves nothing behind: no goroutine, no file but those in [Folder].
//
// # What survives
//
// Without [Folder] everything is in memory and gone with the server. With it, what
// a stream has acknowledged survives the end of the process, kill -9 included, for
// it has been written to the operating system. Whether it survives a loss of power
// is a matter of when it is forced to the disk: see [Sync].
package embedded

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"sync"
	"time"

	"github.com/gofrs/flock"
	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"

	natsbridge "github.com/signalgen/signalgen/bridge/nats"
)

// readiness is how long a server may take to load a folder. It is long: streams of
// many gigabytes take minutes after a crash.
const readiness = 5 * time.Minute

// A Server is a NATS server in this process. Its methods can be called from
// several goroutines.
type Server struct {
	server *server.Server
	login  []nats.Option
	memory bool
	remove string       // a folder of our own making; "" for none
	lock   *flock.Flock // on a folder that was given; nil for none

	mu    sync.Mutex // guards what follows
	conns []*nats.Conn
}

// Start starts a server and returns when it takes connections. The error says what
// the server has complained of, such as an address in use or a folder that cannot
// be written, or that another server has the folder.
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

// place has a folder ready for the server.
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
		return errors.New("it was configured without JetStream, which streams need")
	}
	var err error
	if s.server, err = server.NewServer(o); err != nil {
		return err
	}
	complaints := &complaints{}
	s.server.SetLoggerV2(complaints, false, false, false)
	s.server.Start() // returns once everything runs, or a complaint was made
	if err := complaints.fatal(); err != nil {
		return err
	}
	if !s.server.ReadyForConnections(readiness) {
		return errors.New("not ready after " + readiness.String())
	}
	if !s.server.JetStreamEnabled() {
		return errors.New("it runs without JetStream")
	}
	return nil
}

// Connect returns a connection inside the process, which Shutdown closes. It logs in
// with the Username and Password, or the Authorization, that [Configure] has set. A
// server that was configured otherwise, with several users say, needs an option such
// as nats.UserInfo.
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

// Transport returns a transport for a bridge, on a connection of its own inside
// the process, which Shutdown closes. Its streams are in memory if the server has
// no folder. Where [Server.Connect] needs options, give natsbridge.New what it returns.
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

// URL is where other processes reach the server; "" if it does not listen.
func (s *Server) URL() string {
	if s.server.Addr() == nil {
		return ""
	}
	return "nats://" + s.server.Addr().String()
}

// Shutdown closes the connections that the server has made and ends it. It returns
// when nothing of it is left. A second Shutdown does nothing.
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
		_ = s.lock.Close() // the end of the process would do it too
	}
	if s.remove != "" {
		_ = os.RemoveAll(s.remove) // what cannot be removed is in the folder for such things
	}
}
