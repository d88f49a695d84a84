package embedded_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/signalgen/signalgen/bridge"
	natsbridge "github.com/signalgen/signalgen/bridge/nats"
)

const placedDead = "signals-dead.mailer." + placed

// forge stores a message with any headers.
func forge(t *testing.T, transport *natsbridge.Transport, subject string, data []byte, header ...string) {
	t.Helper()
	m := &nats.Msg{Subject: subject, Header: nats.Header{}, Data: data}
	for i := 0; i < len(header); i += 2 {
		m.Header[header[i]] = []string{header[i+1]}
	}
	js, err := jetstream.New(transport.Conn())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := js.PublishMsg(t.Context(), m); err != nil {
		t.Fatal(err)
	}
}

// event returns the headers of a CloudEvent and others.
func event(more ...string) []string {
	return append([]string{"ce-specversion", "1.0", "ce-id", "forged", "ce-source", "elsewhere", "ce-type", placed}, more...)
}

// TestForgedSubjectIsNotObeyed replays dead letters whose headers name another subject.
func TestForgedSubjectIsNotObeyed(t *testing.T) {
	for _, header := range []string{"Signalgen-Dead-Subject", "Signalgen-Dead-Signal", "Signalgen-Dead-Group", "Nats-Subject"} {
		for _, to := range []string{"$JS.API.STREAM.DELETE.SIGNALS", "orders.internal", "signals.shop.order.paid"} {
			t.Run(header+" "+to, func(t *testing.T) {
				_, transport := shop(t)
				forge(t, transport, placedDead, nil, event(
					"Signalgen-Dead-Group", "mailer", "Signalgen-Dead-Signal", placed, "Signalgen-Dead-Subject", "signals."+placed,
					"Signalgen-Dead-Stream", "SIGNALS", "Signalgen-Dead-Sequence", "1", header, to,
				)...)
				elsewhere, err := transport.Conn().SubscribeSync(to)
				if err != nil {
					t.Fatal(err)
				}
				mailer, audit := hear(t, t.Context(), transport, "mailer"), hear(t, t.Context(), transport, "audit")
				if err := transport.Replay(t.Context(), letters(t, transport, 1)[0].Sequence); err != nil {
					t.Fatal(err)
				}
				d := next(t, mailer)
				if d.Envelope.ID != "forged" {
					t.Errorf("%s arrives", d.Envelope.ID)
				}
				d.Settle(nil)
				nothing(t, audit, 50*time.Millisecond)
				if m, err := elsewhere.NextMsg(50 * time.Millisecond); err == nil {
					t.Errorf("published on %s: %s", m.Subject, m.Data)
				}
				publish(t, transport, 1, 1) // the stream is there
			})
		}
	}
}

// TestForgedOriginalIsNotRead replays dead letters whose headers name another original.
func TestForgedOriginalIsNotRead(t *testing.T) {
	_, transport := shop(t)
	js, err := jetstream.New(transport.Conn())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := js.CreateStream(t.Context(), jetstream.StreamConfig{Name: "SECRET", Subjects: []string{"secret.>"}}); err != nil {
		t.Fatal(err)
	}
	forge(t, transport, "secret.key", []byte("secret"))
	forge(t, transport, "signals.shop.salary.paid", []byte("secret"), event()...)
	publish(t, transport, 2, 2)
	now := time.Now().UTC().Format(time.RFC3339Nano)
	for _, test := range []struct{ name, stream, sequence, published, want string }{
		{"another stream", "SECRET", "1", now, `in stream "SECRET"`},
		{"another stream by a path", "SIGNALS.SECRET", "1", now, "SIGNALS.SECRET"},
		{"another signal", "SIGNALS", "1", now, "found"},
		{"a stream of before", "SIGNALS", "2", "2020-01-02T03:04:05Z", "found"},
		{"no time", "SIGNALS", "2", "", "found"},
		{"one that is to come", "SIGNALS", "18446744073709551615", now, "found"},
		{"none", "SIGNALS", "0", now, "found"},
		{"no number", "SIGNALS", "-1", now, "found"},
	} {
		t.Run(test.name, func(t *testing.T) {
			forge(t, transport, placedDead, nil, event("Signalgen-Dead-Group", "mailer", "Signalgen-Dead-Signal", placed,
				"Signalgen-Dead-Subject", "signals."+placed, "Signalgen-Dead-Cut", "6", "Signalgen-Dead-Stream", test.stream,
				"Signalgen-Dead-Sequence", test.sequence, "Signalgen-Dead-Published", test.published)...)
			letter := letters(t, transport, 1)[0]
			if err := transport.Replay(t.Context(), letter.Sequence); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("replay: %v, want %s", err, test.want)
			}
			if info := streamInfo(t, js, "SIGNALS"); info.State.Msgs != 2 {
				t.Errorf("%d messages in the stream, want 2", info.State.Msgs)
			}
			if err := transport.Discard(t.Context(), letter.Sequence); err != nil {
				t.Error(err)
			}
		})
	}
}

func streamInfo(t *testing.T, js jetstream.JetStream, name string) *jetstream.StreamInfo {
	t.Helper()
	stream, err := js.Stream(t.Context(), name)
	if err != nil {
		t.Fatal(err)
	}
	return stream.CachedInfo()
}

// TestForgedPlaceHidesNothing has dead letters with the headers of an answer to a direct get.
func TestForgedPlaceHidesNothing(t *testing.T) {
	for _, header := range [][]string{
		{"Status", "404"},
		{"Nats-Sequence", "1"},
		{"Nats-Sequence", "1000000"},
		{"Nats-Subject", "orders.internal"},
		{"Nats-Stream", "", "Nats-Time-Stamp", "noon"},
	} {
		t.Run(fmt.Sprint(header), func(t *testing.T) {
			_, transport := shop(t)
			forge(t, transport, placedDead, nil, header...)
			forge(t, transport, placedDead, nil, header...)
			forge(t, transport, placedDead, []byte("data"), event()...)
			for i, letter := range letters(t, transport, 3) {
				if letter.Sequence != uint64(i+1) || letter.Group != "mailer" || letter.Signal != placed || time.Since(letter.Time) > time.Minute {
					t.Errorf("%+v", letter)
				}
			}
			if err := transport.Discard(t.Context(), 2); err != nil {
				t.Error(err)
			}
			if left := letters(t, transport, 2); left[0].Sequence != 1 || left[1].Sequence != 3 {
				t.Errorf("left %d and %d, want 1 and 3", left[0].Sequence, left[1].Sequence)
			}
		})
	}
}

func TestDeadLetterWithoutGroupIsNotReplayed(t *testing.T) {
	_, transport := shop(t)
	for _, on := range []string{"mailer", "mailer.", "a%zz.order", "mailer.order.%70laced", "mailer.order.pl~ced", "$JS.API.STREAM.DELETE.SIGNALS"} {
		subject := strings.TrimSuffix("signals-dead."+on, ".")
		t.Run(subject, func(t *testing.T) {
			forge(t, transport, subject, []byte("data"), event("Signalgen-Dead-Group", "mailer")...)
			letter := letters(t, transport, 1)[0]
			if letter.Group != "" || letter.Signal != "" {
				t.Errorf("it is of %q and %q", letter.Group, letter.Signal)
			}
			if err := transport.Replay(t.Context(), letter.Sequence); err == nil || !strings.Contains(err.Error(), "names no group and signal") {
				t.Error(err)
			}
			if n, err := transport.DiscardAll(t.Context(), bridge.DeadFilter{}); n != 1 || err != nil {
				t.Error(n, err)
			}
		})
	}
}

// TestDeadLettersOfOthersAreLeft has a stream of dead letters with other subjects too.
func TestDeadLettersOfOthersAreLeft(t *testing.T) {
	server, js := operate(t)
	if _, err := js.CreateStream(t.Context(), jetstream.StreamConfig{Name: "SIGNALS_DEAD", Subjects: []string{"signals-dead.>", "orders-dead.>"}}); err != nil {
		t.Fatal(err)
	}
	transport, err := server.Transport(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	forge(t, transport, "orders-dead.mailer."+placed, []byte("data"), event("Signalgen-Dead-Group", "mailer")...)
	letters(t, transport, 0)
	for name, call := range map[string]func(context.Context, uint64) error{"replay": transport.Replay, "discard": transport.Discard} {
		if err := call(t.Context(), 1); !errors.Is(err, natsbridge.ErrNoDeadLetter) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if n, err := transport.DiscardAll(t.Context(), bridge.DeadFilter{}); n != 0 || err != nil {
		t.Error(n, err)
	}
	if info := streamInfo(t, js, "SIGNALS_DEAD"); info.State.Msgs != 1 {
		t.Error("it is gone")
	}
}

// TestInvalidHeadersBecomeADeadLetter publishes headers that the server does not check, and
// no client library sends.
func TestInvalidHeadersBecomeADeadLetter(t *testing.T) {
	server := listening(t)
	transport, err := server.Transport(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	heard := hear(t, t.Context(), transport, "mailer")
	conn, err := net.Dial("tcp", strings.TrimPrefix(server.URL(), "nats://"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	_, _ = fmt.Fprint(conn, "CONNECT {\"headers\":true,\"verbose\":false}\r\n")
	blocks := []string{"NATS/1.0\r\nno colon\r\n\r\n", "NATS/9.9\r\n\r\n", "NATS/1.0\r\na b: c\r\n\"\x1b\": d\r\n\r\n"}
	for _, subject := range []string{"signals." + placed, placedDead} {
		for _, block := range blocks {
			_, _ = fmt.Fprintf(conn, "HPUB %s %d %d\r\n%sdata\r\n", subject, len(block), len(block)+4, block)
		}
	}
	_, _ = fmt.Fprint(conn, "PING\r\n")
	for lines := bufio.NewScanner(conn); lines.Scan() && lines.Text() != "PONG"; {
	}
	for _, letter := range letters(t, transport, 2*len(blocks)) {
		if string(letter.Data) != "data" || len(letter.Header) != 0 || letter.Envelope != nil {
			t.Errorf("%+v", letter)
		}
	}
	if n, err := transport.ReplayAll(t.Context(), bridge.DeadFilter{}); n != 2*len(blocks) || err != nil {
		t.Error(n, err)
	}
	letters(t, transport, 2*len(blocks)) // again
	nothing(t, heard, 0)
}

// TestTakenIDLosesNoDeadLetter stores another message with the id of a dead letter first.
func TestTakenIDLosesNoDeadLetter(t *testing.T) {
	for _, group := range []string{"mailer", "other"} {
		t.Run(group, func(t *testing.T) {
			_, transport := shop(t)
			publish(t, transport, 1, 1)
			js, err := jetstream.New(transport.Conn())
			if err != nil {
				t.Fatal(err)
			}
			stream, err := js.Stream(t.Context(), "SIGNALS")
			if err != nil {
				t.Fatal(err)
			}
			m, err := stream.GetMsg(t.Context(), 1)
			if err != nil {
				t.Fatal(err)
			}
			id := fmt.Sprintf("SIGNALS 1 %d mailer", m.Time.UnixNano())
			forge(t, transport, "signals-dead."+group+"."+placed, []byte("forged"), "Nats-Msg-Id", id)
			next(t, hear(t, t.Context(), transport, "mailer")).Settle(bridge.Poison(errors.New("no")))
			if d := letters(t, transport, 2)[1]; d.Group != "mailer" || d.Reason != "no" || d.Envelope.ID != "1" {
				t.Errorf("%+v", d)
			}
		})
	}
}

// TestTakenIDIsNoSuccess stores the same envelope with the same id on another subject first,
// with a header that claims the right one.
func TestTakenIDIsNoSuccess(t *testing.T) {
	_, transport := shop(t)
	e := placedOrder(1)
	header := []string{"Nats-Msg-Id", "test 1", "Nats-Subject", "signals." + placed}
	for name, value := range e.Headers() {
		if name != "content-type" {
			header = append(header, name, value)
		}
	}
	forge(t, transport, "signals.nobody", e.Data, header...)
	if err := transport.Publish(t.Context(), e); err == nil || !strings.Contains(err.Error(), "message 1 of stream SIGNALS has the same id and is another one") {
		t.Error(err)
	}
}
