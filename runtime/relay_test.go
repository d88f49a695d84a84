package runtime_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/signalgen/signalgen/internal/kinds"
	. "github.com/signalgen/signalgen/runtime"
)

var errBroken = errors.New("line is broken")

// failing is a relay that returns errBroken.
func failing(context.Context, any) error { return errBroken }

// isRelayed reports whether err is one ReceiverError that names failing.
func isRelayed(err error, signal string) bool {
	var failed *ReceiverError
	return errors.As(err, &failed) && errors.Is(err, errBroken) && failed.Signal == signal &&
		failed.Receiver.Name == "relay" && strings.HasSuffix(failed.Receiver.File, "relay_test.go")
}

func TestRelayHearsBeforeReceivers(t *testing.T) {
	var s kinds.StartedSignal
	var heard []string
	s.Connect(func(_ context.Context, data kinds.Started) error { heard = append(heard, data.Addr); return nil })
	conn := Relay(&s, "relay", func(_ context.Context, args any) error {
		heard = append(heard, "relay of "+args.(kinds.Started).Addr)
		return nil
	})
	if err := s.Send(t.Context(), kinds.Started{Addr: "a"}); err != nil {
		t.Error(err)
	}
	if len(s.Receivers()) != 1 {
		t.Errorf("receivers: %v", s.Receivers())
	}
	s.DisconnectAll()
	if !s.HasReceivers() || !conn.Connected() {
		t.Error("the relay is gone with the receivers")
	}
	unmute := s.Mute()
	_ = s.Send(t.Context(), kinds.Started{Addr: "muted"})
	unmute()
	_ = s.SendRobust(t.Context(), kinds.Started{Addr: "b"})
	if !conn.Disconnect() || conn.Disconnect() || s.HasReceivers() {
		t.Error("the relay does not disconnect once")
	}
	_ = s.Send(t.Context(), kinds.Started{Addr: "c"})
	if want := []string{"relay of a", "a", "relay of b"}; !slices.Equal(heard, want) {
		t.Errorf("heard %q, want %q", heard, want)
	}
}

// The error of a relay ends the sends that stop at an error, and is joined to the
// others in sends that continue.
func TestRelayFails(t *testing.T) {
	const name = "kinds.checked"
	send := map[string]func(*kinds.CheckedSignal) error{
		"Send": func(s *kinds.CheckedSignal) error { return s.Send(t.Context(), "x", 1) },
		"Each": func(s *kinds.CheckedSignal) (err error) {
			for receiver, failed := range s.Each(t.Context(), "x", 1) {
				err = errors.Join(err, &ReceiverError{Signal: name, Receiver: receiver, Err: failed})
			}
			return err
		},
		"SendRobust":     func(s *kinds.CheckedSignal) error { return s.SendRobust(t.Context(), "x", 1) },
		"SendConcurrent": func(s *kinds.CheckedSignal) error { return s.SendConcurrent(t.Context(), "x", 1) },
	}
	calls := map[string]int{"Send": 0, "Each": 0, "SendRobust": 1, "SendConcurrent": 1}
	for way, send := range send {
		t.Run(way, func(t *testing.T) {
			var s kinds.CheckedSignal
			var done []error
			s.Configure(Observe(&Observer{SendDone: func(_ context.Context, _ SendInfo, err error) { done = append(done, err) }}))
			called, relayed := 0, 0
			s.Connect(func(context.Context, string, int) error { called++; return errVeto })
			Relay(&s, "relay", failing)
			Relay(&s, "relay", func(context.Context, any) error { relayed++; return nil })
			err := send(&s)
			if !isRelayed(err, name) || errors.Is(err, errVeto) != (calls[way] == 1) {
				t.Errorf("got %v", err)
			}
			if called != calls[way] || relayed != calls[way] {
				t.Errorf("%d receivers and %d further relays were called, want %d", called, relayed, calls[way])
			}
			if len(done) != 1 || !errors.Is(done[0], errBroken) {
				t.Errorf("observers got %v", done)
			}
		})
	}
}

func TestRelayPanics(t *testing.T) {
	for _, observed := range []bool{false, true} {
		var s kinds.QuotedSignal
		done := 0
		if observed {
			s.Configure(Observe(&Observer{SendDone: func(context.Context, SendInfo, error) { done++ }}))
		}
		s.Connect(func(context.Context, string, ...int) (int, error) { return 7, nil })
		Relay(&s, "relay", func(context.Context, any) error { panic(errBroken) })
		for way, send := range map[string]func(context.Context, string, ...int) ([]Response[int], error){
			"SendRobust": s.SendRobust, "SendConcurrent": s.SendConcurrent,
		} {
			responses, err := send(t.Context(), "nail")
			var panicked *PanicError
			if !errors.As(err, &panicked) || !errors.Is(err, errBroken) || !strings.Contains(string(panicked.Stack), "TestRelayPanics") {
				t.Errorf("%s: got %v", way, err)
			}
			if len(responses) != 1 || responses[0].Value != 7 {
				t.Errorf("%s: responses %v", way, responses)
			}
		}
		func() {
			defer func() {
				if value := recover(); value != errBroken {
					t.Errorf("Send panics with %v", value)
				}
			}()
			_, _ = s.Send(t.Context(), "nail")
		}()
		if observed && done != 3 {
			t.Errorf("observers were told of %d ends, want 3", done)
		}
	}
}

// If the receivers of a signal return no error, the error handler gets that of a relay.
func TestRelayOfSilentSignal(t *testing.T) {
	var s kinds.TickedSignal
	var handled []error
	s.Configure(ErrorHandler(func(_ context.Context, err *ReceiverError) { handled = append(handled, err) }))
	called := 0
	s.Connect(func(context.Context, int) { called++ })
	Relay(&s, "relay", failing)
	s.Send(t.Context(), 1)
	if called != 0 || len(handled) != 1 || !isRelayed(handled[0], "kinds.ticked") {
		t.Errorf("%d calls, handled %v", called, handled)
	}
}

func TestRelayOfClosedSignal(t *testing.T) {
	var s kinds.TickedSignal
	open := Relay(&s, "relay", failing)
	if err := s.Close(t.Context()); err != nil {
		t.Error(err)
	}
	if open.Connected() || Relay(&s, "relay", failing).Connected() {
		t.Error("a closed signal has a relay")
	}
}

// foreign is an AnySignal that is not generated.
type foreign struct{ AnySignal }

func (foreign) Name() string { return "foreign" }

func TestRelayPanicsOnMisuse(t *testing.T) {
	for want, relay := range map[string]func(){
		"a nil relay was given for kinds.ticked":                           func() { Relay(new(kinds.TickedSignal), "relay", nil) },
		"found a runtime_test.foreign to relay, wanted a generated signal": func() { Relay(foreign{}, "relay", failing) },
	} {
		func() {
			defer func() {
				if got := fmt.Sprint(recover()); !strings.Contains(got, want) {
					t.Errorf("panics with %q, want %q", got, want)
				}
			}()
			relay()
		}()
	}
}

func ExampleRelay() {
	var s kinds.StartedSignal
	journal := Relay(&s, "relay", func(_ context.Context, args any) error {
		fmt.Println("to the journal:", args.(kinds.Started).Addr)
		return nil
	})
	_ = s.Send(context.Background(), kinds.Started{Addr: ":8080"})
	journal.Disconnect()
	_ = s.Send(context.Background(), kinds.Started{Addr: ":9090"})
	// Output: to the journal: :8080
}
