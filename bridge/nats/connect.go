package natsbridge

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	neturl "net/url"
	"slices"
	"strings"
	"time"

	"github.com/nats-io/nats.go"
)

// Connect is [New] on a connection of its own, which reconnects for as long as
// it takes, logs that, and is closed by [Transport.Close]. The url may name several
// servers, separated by commas. [ConnOptions] are for credentials, TLS and the like.
//
// A server that does not answer for 10 s is left for another one of its cluster; a
// transport that waits for its answer leaves it sooner.
//
// While no server can be reached Connect waits, as long as ctx allows, and says so to
// the Logger once. Then the error wraps the cause of ctx and what was wrong last. An
// attempt that is under way is not broken off; it may take 2 s for each server. A url
// that cannot be read and a server that refuses the connection are errors at once.
func Connect(ctx context.Context, url string, opts ...Option) (*Transport, error) {
	nc, err := dial(ctx, url, settingsOf(opts))
	if err != nil {
		return nil, fmt.Errorf("nats bridge: connect to %s: %w", redacted(url), err)
	}
	t, err := New(ctx, nc, opts...)
	if err != nil {
		nc.Close()
		return nil, err
	}
	t.owned = true
	return t, nil
}

// defaults are the options of a connection that Connect makes.
var defaults = []nats.Option{
	nats.Name("signalgen bridge"),
	nats.MaxReconnects(-1),
	nats.PingInterval(5 * time.Second),
	nats.MaxPingsOutstanding(1),
	nats.FlusherTimeout(5 * time.Second), // a minute by default, in which nothing else can be done with the connection
	nats.ReconnectOnFlusherError(),
}

// probe finds out in the background whether the server that the connection leads to
// still answers, after it has not answered something. If it does not, it hangs, or the
// network drops what is sent, and the connection goes on with another server.
func (t *Transport) probe() {
	if !t.nc.IsConnected() || !t.probing.CompareAndSwap(false, true) {
		return
	}
	go func() {
		defer t.probing.Store(false)
		url := t.nc.ConnectedUrlRedacted()
		if err := t.nc.FlushTimeout(patience); !errors.Is(err, nats.ErrTimeout) || url != t.nc.ConnectedUrlRedacted() {
			return
		}
		t.settings.logger().Warn("nats bridge: the server does not answer, reconnecting", "url", url)
		_ = t.nc.ForceReconnect() // an error says that the connection is closed
	}()
}

// dial tries until there is a connection, it fails for a reason that lasts, or ctx is
// done. The client library has an option that does so in the background; but it keeps
// to itself what was wrong, and takes a refusal for a server that is not there yet.
func dial(ctx context.Context, url string, s settings) (*nats.Conn, error) {
	with := slices.Concat(defaults, told(s), s.conn)
	for pause := firstPause; ; pause = min(2*pause, time.Second) {
		nc, err := nats.Connect(url, with...)
		var unread *neturl.Error
		switch {
		case errors.As(err, &unread):
			return nil, unread.Err // without the url, which may have a password
		case err == nil || !unreachable(err):
			return nc, err
		}
		if pause == firstPause {
			s.logger().Warn("nats bridge: waiting for the server", "url", redacted(url), "error", err)
		}
		select {
		case <-ctx.Done():
			return nil, given(ctx, err)
		case <-time.After(pause):
		}
	}
}

// unreachable tells whether a connection fails since no server is there yet: nobody
// listens, the name is not known, or what listens for it hangs up.
func unreachable(err error) bool {
	var address *net.AddrError
	if errors.As(err, &address) {
		return false // a port that is none
	}
	var network *net.OpError
	var name *net.DNSError
	return errors.As(err, &network) || errors.As(err, &name) || errors.Is(err, io.EOF) ||
		errors.Is(err, nats.ErrNoServers) || errors.Is(err, nats.ErrTimeout)
}

// redacted is a url, or several, without who connects.
func redacted(urls string) string {
	all := strings.Split(urls, ",")
	for i, url := range all {
		at := strings.LastIndexByte(url, '@')
		if at < 0 {
			continue
		}
		from := 0
		if scheme := strings.Index(url, "://"); scheme >= 0 {
			from = scheme + len("://")
		}
		all[i] = url[:from] + "xxxxx" + url[at:]
	}
	return strings.Join(all, ",")
}

// told has the log hear of what becomes of a connection.
func told(s settings) []nats.Option {
	return []nats.Option{
		nats.DisconnectErrHandler(func(_ *nats.Conn, err error) {
			if err != nil { // it is nil for one that was closed
				s.logger().Warn("nats bridge: connection lost", "error", err)
			}
		}),
		nats.ReconnectHandler(func(nc *nats.Conn) {
			s.logger().Info("nats bridge: connected again", "url", nc.ConnectedUrlRedacted())
		}),
		nats.ErrorHandler(func(_ *nats.Conn, _ *nats.Subscription, err error) {
			s.logger().Warn("nats bridge: connection", "error", err)
		}),
	}
}
