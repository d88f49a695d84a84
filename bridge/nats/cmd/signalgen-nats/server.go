package main

import (
	"context"
	"crypto/tls"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"os"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	natsbridge "github.com/signalgen/signalgen/bridge/nats"
)

// A server has the flags that select the server, the credentials and the streams.
type server struct {
	url, creds, nkey     string
	cert, key, ca        string
	stream, dead, prefix string
}

// A session is a connection to a server.
type session struct {
	*natsbridge.Transport
	close func()
}

// addFlags declares the flags. Their defaults are the environment variables of the command
// nats.
func (s *server) addFlags(flags *flag.FlagSet) {
	for _, f := range []struct {
		to             *string
		name, variable string
	}{
		{&s.url, "server", "NATS_URL"},
		{&s.creds, "creds", "NATS_CREDS"},
		{&s.nkey, "nkey", "NATS_NKEY"},
		{&s.cert, "tlscert", "NATS_CERT"},
		{&s.key, "tlskey", "NATS_KEY"},
		{&s.ca, "tlsca", "NATS_CA"},
		{&s.stream, "stream", ""},
		{&s.dead, "dead-stream", ""},
		{&s.prefix, "prefix", ""},
	} {
		flags.StringVar(f.to, f.name, os.Getenv(f.variable), "")
	}
	if s.url == "" {
		s.url = nats.DefaultURL
	}
}

// open connects. It creates no streams; a missing stream is an error.
func (s *server) open(ctx context.Context) (*session, error) {
	opts, err := s.options()
	if err != nil {
		return nil, err
	}
	nc, err := nats.Connect(s.url, opts...)
	if err != nil {
		return nil, fmt.Errorf("connecting: %w", err)
	}
	transport, err := s.transport(ctx, nc)
	if err != nil {
		nc.Close()
		return nil, err
	}
	return &session{transport, nc.Close}, nil
}

func (s *server) options() ([]nats.Option, error) {
	opts := []nats.Option{
		nats.Name("signalgen-nats"),
		nats.ErrorHandler(func(*nats.Conn, *nats.Subscription, error) {}), // calls return errors
	}
	if s.creds != "" {
		opts = append(opts, nats.UserCredentials(s.creds))
	}
	if s.nkey != "" {
		nkey, err := nats.NkeyOptionFromSeed(s.nkey)
		if err != nil {
			return nil, fmt.Errorf("-nkey: %w", err)
		}
		opts = append(opts, nkey)
	}
	if (s.cert == "") != (s.key == "") {
		return nil, errors.New("-tlscert and -tlskey: wanted both or neither")
	}
	if s.cert != "" {
		if _, err := tls.LoadX509KeyPair(s.cert, s.key); err != nil {
			return nil, fmt.Errorf("-tlscert: %w", err)
		}
		opts = append(opts, nats.ClientCert(s.cert, s.key))
	}
	if s.ca != "" {
		opts = append(opts, nats.RootCAs(s.ca))
	}
	return opts, nil
}

func (s *server) transport(ctx context.Context, nc *nats.Conn) (*natsbridge.Transport, error) {
	js, err := jetstream.New(nc)
	if err != nil {
		return nil, err
	}
	stream := s.stream
	if stream == "" {
		stream = "SIGNALS"
	}
	dead := s.dead
	if dead == "" {
		dead = stream + "_DEAD"
	}
	for _, name := range []string{stream, dead} {
		if _, err := js.Stream(ctx, name); err != nil {
			return nil, fmt.Errorf("stream %s: %w", name, err)
		}
	}
	quiet := slog.New(slog.DiscardHandler) // calls return errors
	return natsbridge.New(ctx, nc, natsbridge.Stream(stream), natsbridge.DeadStream(dead), natsbridge.Prefix(s.prefix), natsbridge.Logger(quiet))
}
