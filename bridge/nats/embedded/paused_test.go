//go:build unix

package embedded_test

import (
	"context"
	"fmt"
	"io"
	"os"
	"syscall"
	"testing"
	"time"

	"github.com/signalgen/signalgen/bridge"
	natsbridge "github.com/signalgen/signalgen/bridge/nats"
)

const pausedWait = 600 * time.Millisecond

func init() {
	roles["member"] = func(url string) error { return listen(url) }
	roles["ordered member"] = func(url string) error { return listen(url, natsbridge.Ordered()) }
}

// listen is a member of the group mailer until it is killed. It prints the ids that it
// receives, and holds the first one until it reads a byte.
func listen(url string, opts ...natsbridge.Option) error {
	transport, err := natsbridge.Connect(context.Background(), url, append(opts, natsbridge.AckWait(pausedWait))...)
	if err != nil {
		return err
	}
	first := true
	err = transport.Subscribe(context.Background(), placed, "mailer", func(d bridge.Delivery) {
		fmt.Println("hears", d.Envelope.ID)
		if first {
			_, _ = os.Stdin.Read(make([]byte, 1))
			first = false
		}
		d.Settle(nil)
	})
	if err != nil {
		return err
	}
	select {}
}

// TestPausedMemberDropsWhatWasRedelivered pauses a process that holds envelopes that it has
// not delivered, in its memory and in its socket.
func TestPausedMemberDropsWhatWasRedelivered(t *testing.T) {
	server := listening(t)
	transport, err := server.Transport(t.Context(), natsbridge.AckWait(pausedWait))
	if err != nil {
		t.Fatal(err)
	}
	publish(t, transport, 1, 20)

	p := start(t, "member", server.URL())
	p.says(t, "hears 1")
	time.Sleep(500 * time.Millisecond) // two heartbeats: it holds the others
	if err := p.cmd.Process.Signal(syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	publish(t, transport, 21, 25)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	other := hear(t, ctx, transport, "mailer")
	for range 25 {
		next(t, other).Settle(nil)
	}
	cancel()

	if _, err := io.WriteString(p.in, "."); err != nil {
		t.Fatal(err)
	}
	if err := p.cmd.Process.Signal(syscall.SIGCONT); err != nil {
		t.Fatal(err)
	}
	publish(t, transport, 26, 50)
	wanted := make(map[string]bool)
	for id := 26; id <= 50; id++ {
		wanted[fmt.Sprint("hears ", id)] = true
	}
	for len(wanted) > 0 {
		line := p.line(t)
		if !wanted[line] {
			t.Fatalf("it %s, which another member has", line)
		}
		delete(wanted, line)
	}
}

// TestPausedOrderedMemberKeepsTheOrder pauses a process for longer than the ack wait and
// shorter than its pin lasts. What it drops then is redelivered after what is published
// meanwhile.
func TestPausedOrderedMemberKeepsTheOrder(t *testing.T) {
	server := listening(t)
	transport, err := server.Transport(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	publish(t, transport, 1, 20)
	p := start(t, "ordered member", server.URL())
	p.says(t, "hears 1")
	time.Sleep(500 * time.Millisecond) // two heartbeats: it holds the others
	if err := p.cmd.Process.Signal(syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	time.Sleep(pausedWait / 2)
	publish(t, transport, 21, 40) // into its socket
	time.Sleep(pausedWait * 3 / 4)
	if _, err := io.WriteString(p.in, "."); err != nil {
		t.Fatal(err)
	}
	if err := p.cmd.Process.Signal(syscall.SIGCONT); err != nil {
		t.Fatal(err)
	}
	publish(t, transport, 41, 60)
	latest := 1
	for latest < 60 {
		var id int
		if _, err := fmt.Sscanf(p.line(t), "hears %d", &id); err != nil {
			t.Fatal(err)
		}
		if id > latest+1 {
			t.Fatalf("it hears %d after %d", id, latest)
		}
		latest = max(latest, id)
	}
}
