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

// Connect is [New] with a connection of its own, which reconnects without limit, logs that,
// and is closed by [Transport.Close]. The url may name several servers, separated by
// commas. [ConnOptions] are for credentials, TLS and the like.
//
// If a server does not answer for 10 s, the connection moves to another server of the
// cluster, and sooner if the transport waits for an answer.
//
// While no server can be reached, Connect waits as long as ctx allows, and logs that once.
// When ctx is done, the error wraps its cause and the last error. Connect does not
// interrupt an attempt, which may take 2 s for each server. A url that cannot be parsed and
// a server that rejects the connection are errors at once.
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

// defaults are the options of the connection that Connect makes.
var defaults = []nats.Option{
	nats.Name("signalgen bridge"),
	nats.MaxReconnects(-1),
	nats.PingInterval(5 * time.Second),
	nats.MaxPingsOutstanding(1),
	nats.FlusherTimeout(5 * time.Second), // by default a minute, during which the connection is blocked
	nats.ReconnectOnFlusherError(),
}

// probe pings the server in the background, after it has failed to answer a request. If
// it does not answer the ping either, it hangs or the network drops packets, and the
// connection moves to another server.
func (t *Transport) probe() {
	if !t.nc.IsConnected() || !t.probing.CompareAndSwap(false, true) {
		return
	}
	go func() {
		defer t.probing.Store(false)
		url := t.nc.ConnectedUrlRedacted()
		if err := t.nc.FlushTimeout(answerTimeout); !errors.Is(err, nats.ErrTimeout) || url != t.nc.ConnectedUrlRedacted() {
			return
		}
		t.settings.logger().Warn("nats bridge: the server does not answer, reconnecting", "url", url)
		_ = t.nc.ForceReconnect() // fails if the connection is closed
	}()
}

// dial retries until it is connected, fails with an error that is not temporary, or ctx is
// done. The client library's nats.RetryOnFailedConnect does so in the background, but does
// not report the error, and retries when the server rejects the credentials.
func dial(ctx context.Context, url string, s settings) (*nats.Conn, error) {
	with := slices.Concat(defaults, logConnection(s), s.conn)
	for pause := minDelay; ; pause = min(2*pause, time.Second) {
		nc, err := nats.Connect(url, with...)
		var unread *neturl.Error
		switch {
		case errors.As(err, &unread):
			return nil, unread.Err // without the url, which may contain a password
		case err == nil || !unreachable(err):
			return nc, err
		}
		if pause == minDelay {
			s.logger().Warn("nats bridge: waiting for the server", "url", redacted(url), "error", err)
		}
		select {
		case <-ctx.Done():
			return nil, ctxError(ctx, err)
		case <-time.After(pause):
		}
	}
}

// unreachable reports whether an attempt to connect failed because no server is up yet:
// nothing listens, the name does not resolve, or a proxy closes the connection.
func unreachable(err error) bool {
	var address *net.AddrError
	if errors.As(err, &address) {
		return false // not a port
	}
	var network *net.OpError
	var name *net.DNSError
	return errors.As(err, &network) || errors.As(err, &name) || errors.Is(err, io.EOF) ||
		errors.Is(err, nats.ErrNoServers) || errors.Is(err, nats.ErrTimeout)
}

// redacted returns a url, or several, without user and password.
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

// logConnection returns options that log changes of a connection.
func logConnection(s settings) []nats.Option {
	return []nats.Option{
		nats.DisconnectErrHandler(func(_ *nats.Conn, err error) {
			if err != nil { // nil if the client has closed it
				s.logger().Warn("nats bridge: connection lost", "error", err)
			}
		}),
		nats.ReconnectHandler(func(nc *nats.Conn) {
			s.logger().Info("nats bridge: reconnected", "url", nc.ConnectedUrlRedacted())
		}),
		nats.ErrorHandler(func(_ *nats.Conn, _ *nats.Subscription, err error) {
			s.logger().Warn("nats bridge: connection error", "error", err)
		}),
	}
}
