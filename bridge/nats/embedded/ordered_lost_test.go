package embedded_test

import (
	"net"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/signalgen/signalgen/bridge"
	natsbridge "github.com/signalgen/signalgen/bridge/nats"
)

// A hole is a dialer of connections that drop what the server sends once stop is called.
type hole struct {
	mu    sync.Mutex // guards conns
	conns []*swallowing
}

func (h *hole) Dial(network, address string) (net.Conn, error) {
	conn, err := net.Dial(network, address)
	if err != nil {
		return nil, err
	}
	s := &swallowing{Conn: conn, stopped: make(chan struct{})}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.conns = append(h.conns, s)
	return s, nil
}

// stop makes the open connections drop what they receive.
func (h *hole) stop() {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, conn := range h.conns {
		close(conn.stopped)
	}
	h.conns = nil
}

type swallowing struct {
	net.Conn
	stopped chan struct{}
}

func (s *swallowing) Read(b []byte) (int, error) {
	for {
		n, err := s.Conn.Read(b)
		select {
		case <-s.stopped:
			if err == nil {
				continue
			}
		default:
		}
		return n, err
	}
}

// TestOrderedMemberConnectsAgain has the server send some envelopes to a lost connection.
func TestOrderedMemberConnectsAgain(t *testing.T) {
	server := listening(t)
	var lost hole
	member, err := natsbridge.Connect(t.Context(), server.URL(), natsbridge.Ordered(), natsbridge.AckWait(time.Second),
		natsbridge.Memory(), natsbridge.ConnOptions(nats.SetCustomDialer(&lost), nats.ReconnectWait(0)))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = member.Close() })
	publisher, err := server.Transport(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var log heardLog
	if err := member.Subscribe(t.Context(), placed, "mailer", func(d bridge.Delivery) {
		log.add(d)
		d.Settle(nil)
	}); err != nil {
		t.Fatal(err)
	}
	publish(t, publisher, 1, 20)
	log.check(t, 20)
	lost.stop()
	publish(t, publisher, 21, 50)
	if err := member.Conn().ForceReconnect(); err != nil {
		t.Fatal(err)
	}
	publish(t, publisher, 51, 300)
	log.check(t, 300)
}
