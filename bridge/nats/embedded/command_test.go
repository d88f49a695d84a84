package embedded_test

import (
	"context"
	"encoding/hex"
	"errors"
	"flag"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/rogpeppe/go-internal/testscript"

	"github.com/signalgen/signalgen/bridge"
	natsbridge "github.com/signalgen/signalgen/bridge/nats"
	"github.com/signalgen/signalgen/bridge/nats/embedded"
)

var update = flag.Bool("update", false, "write what the command prints into the scripts")

// TestCommand runs signalgen-nats as its users do: each script in testdata has a server
// of its own, which $NATS_URL names.
func TestCommand(t *testing.T) {
	bin := t.TempDir()
	build := exec.Command("go", "build", "-o", bin, "github.com/signalgen/signalgen/bridge/nats/cmd/signalgen-nats")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	testscript.Run(t, testscript.Params{
		Dir:           "testdata",
		UpdateScripts: *update,
		Setup: func(env *testscript.Env) error {
			server, err := embedded.Start(embedded.Listen("127.0.0.1:0"))
			if err != nil {
				return err
			}
			env.Defer(server.Shutdown)
			env.Values[serverKey{}] = server
			env.Setenv("PATH", bin+string(os.PathListSeparator)+env.Getenv("PATH"))
			env.Setenv("NATS_URL", server.URL())
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"send": scriptSend, "fail": scriptFail, "heard": scriptHeard, "forge": scriptForge,
		},
	})
}

type serverKey struct{}

// scriptTransport returns a transport of the script's server, and the arguments of a
// command that wants so many.
func scriptTransport(ts *testscript.TestScript, neg bool, args []string, usage string) *natsbridge.Transport {
	if neg || len(args) < len(strings.Fields(usage)) {
		ts.Fatalf("usage: %s", usage)
	}
	transport, err := ts.Value(serverKey{}).(*embedded.Server).Transport(context.Background(), natsbridge.AckWait(time.Second))
	ts.Check(err)
	return transport
}

func scriptEvent(signal, id, data string) *bridge.Envelope {
	return &bridge.Envelope{
		ID: id, Source: "//host/shop", Type: signal, Time: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC),
		ContentType: "application/json", Data: []byte(data),
	}
}

// scriptSend is the script command "send SIGNAL ID DATA".
func scriptSend(ts *testscript.TestScript, neg bool, args []string) {
	transport := scriptTransport(ts, neg, args, "SIGNAL ID DATA")
	ts.Check(transport.Publish(context.Background(), scriptEvent(args[0], args[1], args[2])))
}

// scriptFail is the script command "fail SIGNAL GROUP REASON": the group takes all that
// waits for it, and fails. The reason may have the escapes of Go.
func scriptFail(ts *testscript.TestScript, neg bool, args []string) {
	transport := scriptTransport(ts, neg, args, "SIGNAL GROUP REASON")
	reason, err := strconv.Unquote(`"` + args[2] + `"`)
	ts.Check(err)
	drain(ts, transport, args[0], args[1], func(d bridge.Delivery) { d.Settle(bridge.Poison(errors.New(reason))) })
}

// scriptHeard is the script command "heard SIGNAL GROUP ID...": the group takes all that
// waits for it, which are these.
func scriptHeard(ts *testscript.TestScript, neg bool, args []string) {
	transport := scriptTransport(ts, neg, args, "SIGNAL GROUP")
	var got []string
	drain(ts, transport, args[0], args[1], func(d bridge.Delivery) {
		got = append(got, d.Envelope.ID)
		d.Settle(nil)
	})
	if want := args[2:]; strings.Join(got, " ") != strings.Join(want, " ") {
		ts.Fatalf("%s heard %q, want %q", args[1], got, want)
	}
}

// drain has a group take all that waits for it.
func drain(ts *testscript.TestScript, transport *natsbridge.Transport, signal, group string, handle bridge.Handler) {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	ts.Check(transport.Subscribe(ctx, signal, group, handle))
	for ; ; time.Sleep(5 * time.Millisecond) {
		lag, err := transport.Lag(ctx, signal, group)
		ts.Check(err)
		if lag.Waiting == 0 && lag.InHand == 0 {
			return
		}
	}
}

// scriptForge is the script command "forge SUBJECT HEX HEADER=VALUE...": somebody stores
// a message on a subject. A value may have the escapes of Go.
func scriptForge(ts *testscript.TestScript, neg bool, args []string) {
	transport := scriptTransport(ts, neg, args, "SUBJECT HEX")
	data, err := hex.DecodeString(args[1])
	ts.Check(err)
	m := &nats.Msg{Subject: args[0], Header: nats.Header{}, Data: data}
	for _, header := range args[2:] {
		name, value, _ := strings.Cut(header, "=")
		value, err := strconv.Unquote(`"` + value + `"`)
		ts.Check(err)
		m.Header[name] = []string{value}
	}
	_, err = transport.Conn().RequestMsg(m, 5*time.Second)
	ts.Check(err)
}
