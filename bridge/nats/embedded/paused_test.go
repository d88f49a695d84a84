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
	"github.com/signalgen/signalgen/bridge/nats/embedded"
)

const pausedWait = 600 * time.Millisecond

func init() { roles["member"] = listen }

// listen is a member of the group mailer until it is killed. It prints the ids that it
// receives, and holds the first one until it reads a byte.
func listen(url string) error {
	transport, err := natsbridge.Connect(context.Background(), url, natsbridge.AckWait(pausedWait))
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
	server, err := embedded.Start(embedded.Listen("127.0.0.1:0"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Shutdown)
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
