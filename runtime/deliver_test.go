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

// Deliver reaches the receivers of every kind of signal.
func TestDeliver(t *testing.T) {
	var set kinds.Signals
	var heard []string
	hear := func(format string, args ...any) { heard = append(heard, fmt.Sprintf(format, args...)) }
	set.Started.Connect(func(_ context.Context, data kinds.Started) error { hear("started %s", data.Addr); return nil })
	set.Ticked.Connect(func(_ context.Context, n int) { hear("ticked %d", n) })
	set.Counted.Connect(func(_ context.Context, from int) int { hear("counted %d", from); return 9 })
	set.Quoted.Connect(func(_ context.Context, item string, pieces ...int) (int, error) {
		hear("quoted %s %v", item, pieces)
		return 1, nil
	})
	for _, sent := range []struct {
		signal AnySignal
		args   any
	}{
		{&set.Started, kinds.Started{Addr: "a"}},
		{&set.Ticked, kinds.TickedArgs{N: 3}},
		{&set.Counted, kinds.CountedArgs{From: 4}},
		{&set.Quoted, kinds.QuotedArgs{Item: "nail", Pieces: []int{1, 2}}},
	} {
		if err := Deliver(t.Context(), sent.signal, sent.args, nil); err != nil {
			t.Errorf("%s: %v", sent.signal.Name(), err)
		}
	}
	if want := []string{"started a", "ticked 3", "counted 4", "quoted nail [1 2]"}; !slices.Equal(heard, want) {
		t.Errorf("heard %q, want %q", heard, want)
	}
}

func TestDeliverIsRobust(t *testing.T) {
	var s kinds.CheckedSignal
	var modes []SendMode
	s.Configure(Observe(&Observer{SendStart: func(ctx context.Context, info SendInfo) context.Context {
		modes = append(modes, info.Mode)
		return ctx
	}}))
	called := 0
	s.Connect(func(context.Context, string, int) error { panic("first") })
	s.Connect(func(context.Context, string, int) error { called++; return errVeto })
	Relay(&s, "relay", failing)
	err := Deliver(t.Context(), &s, kinds.CheckedArgs{ID: "x", Total: 1}, nil)
	var panicked *PanicError
	if !errors.Is(err, errVeto) || !errors.As(err, &panicked) || !errors.Is(err, errBroken) || called != 1 {
		t.Errorf("%d calls, got %v", called, err)
	}
	if !slices.Equal(modes, []SendMode{Robust}) {
		t.Errorf("observers saw %v", modes)
	}
	if err := s.Close(t.Context()); err != nil {
		t.Error(err)
	}
	if err := Deliver(t.Context(), &s, kinds.CheckedArgs{}, nil); !errors.Is(err, ErrClosed) {
		t.Errorf("closed: %v", err)
	}
}

func TestDeliverFromSender(t *testing.T) {
	var moved kinds.MovedSignal
	var heard []string
	moved.ConnectFrom("bob", func(_ context.Context, sender string, _ int) (bool, error) {
		heard = append(heard, "from "+sender)
		return true, nil
	})
	moved.Connect(func(_ context.Context, sender string, _ int) (bool, error) {
		heard = append(heard, "any "+sender)
		return true, nil
	})
	for _, args := range []kinds.MovedArgs{{Sender: "bob"}, {Sender: "eve"}} {
		if err := Deliver(t.Context(), &moved, args, senderOf(&moved, &args)); err != nil {
			t.Error(err)
		}
	}
	if err := Deliver(t.Context(), &moved, kinds.MovedArgs{Sender: "bob"}, nil); err != nil {
		t.Error(err)
	}
	if want := []string{"from bob", "any bob", "any eve", "any bob"}; !slices.Equal(heard, want) {
		t.Errorf("heard %q, want %q", heard, want)
	}
	if err := Deliver(t.Context(), &moved, kinds.MovedArgs{}, []string{"not comparable"}); err != nil {
		t.Error(err)
	}

	var saved kinds.SavedSignal
	bob, called := &kinds.Account{Name: "bob"}, 0
	saved.ConnectFrom(bob, func(context.Context, kinds.Saved) error { called++; return nil })
	for _, sender := range []*kinds.Account{bob, {Name: "bob"}, nil} {
		args := kinds.Saved{Sender: sender}
		if err := Deliver(t.Context(), &saved, args, senderOf(&saved, &args)); err != nil {
			t.Error(err)
		}
	}
	if called != 1 {
		t.Errorf("the sender's receiver was called %d times, want once", called)
	}
}

// around embeds a signal and has a name of its own.
type around struct{ kinds.TickedSignal }

func (*around) Name() string { return "around" }

// A signal that does not know its kind yet is rejected; one that has been used is not.
func TestDeliverToASignalInside(t *testing.T) {
	var s around
	if err := Deliver(t.Context(), &s, kinds.TickedArgs{N: 1}, nil); err == nil || !strings.Contains(err.Error(), "wanted a generated signal") {
		t.Errorf("got %v", err)
	}
	if _, ok := SenderOf(&s, &kinds.TickedArgs{}); ok {
		t.Error("it has a sender")
	}
	heard := 0
	s.Connect(func(context.Context, int) { heard++ })
	if err := Deliver(t.Context(), &s, kinds.TickedArgs{N: 1}, nil); err != nil || heard != 1 {
		t.Errorf("heard %d, %v", heard, err)
	}
}

// senderOf is SenderOf for a signal with senders.
func senderOf(s AnySignal, args any) any {
	sender, _ := SenderOf(s, args)
	return sender
}

func TestDeliverToAsync(t *testing.T) {
	var s kinds.StoredSignal[string, int]
	heard := 0
	conn := s.Connect(func(_ context.Context, data kinds.Stored[string, int]) error { heard += data.Value; return nil }, Async(2, Block))
	for i := range 5 {
		if err := Deliver(t.Context(), &s, kinds.Stored[string, int]{Key: "k", Value: i}, nil); err != nil {
			t.Error(err)
		}
	}
	if err := conn.Drain(t.Context()); err != nil || heard != 10 {
		t.Errorf("heard %d, want 10; %v", heard, err)
	}
	conn.Disconnect()
}

// Even if nothing has ever been connected, a tap hears what is delivered, and types are
// checked. A receiver may connect meanwhile.
func TestDeliverToTaps(t *testing.T) {
	var s kinds.StartedSignal
	if err := Deliver(t.Context(), &s, kinds.Started{}, nil); err != nil {
		t.Error(err)
	}
	var heard []any
	s.Tap(func(_ context.Context, args any) { heard = append(heard, args) })
	sent := kinds.Started{Addr: "a"}
	if err := Deliver(t.Context(), &s, sent, nil); err != nil || len(heard) != 1 || heard[0] != sent {
		t.Errorf("heard %v; %v", heard, err)
	}
	if err := Deliver(t.Context(), &s, 7, nil); err == nil || !strings.Contains(err.Error(), "wanted kinds.Started") {
		t.Errorf("got %v", err)
	}
}

func TestDeliverMismatch(t *testing.T) {
	var s kinds.TickedSignal
	s.Connect(func(context.Context, int) { t.Error("called") })
	for want, err := range map[string]error{
		"signal kinds.ticked: found arguments of type int, wanted kinds.TickedArgs":    Deliver(t.Context(), &s, 7, nil),
		"signal kinds.ticked: found arguments of type <nil>, wanted kinds.TickedArgs":  Deliver(t.Context(), &s, nil, nil),
		"signal foreign: found a runtime_test.foreign, wanted a generated signal":      Deliver(t.Context(), foreign{}, 7, nil),
		"signal kinds.ticked: found arguments of type *kinds.TickedArgs, wanted kinds": Deliver(t.Context(), &s, &kinds.TickedArgs{}, nil),
	} {
		if err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

func TestDeliverInterface(t *testing.T) {
	var s kinds.NotedSignal
	var heard []fmt.Stringer
	deliver := func() {
		for _, args := range []any{nil, Robust} {
			if err := Deliver(t.Context(), &s, args, nil); err != nil {
				t.Error(err)
			}
		}
		if err := Deliver(t.Context(), &s, 7, nil); err == nil {
			t.Error("an int was delivered as a fmt.Stringer")
		}
	}
	deliver()
	s.Connect(func(_ context.Context, data kinds.Noted) error { heard = append(heard, data); return nil })
	deliver()
	if len(heard) != 2 || heard[0] != nil || heard[1] != Robust {
		t.Errorf("heard %v", heard)
	}
}

func ExampleDeliver() {
	var s kinds.MovedSignal
	s.Connect(func(_ context.Context, sender string, n int) (bool, error) {
		fmt.Println(sender, "moves by", n)
		return true, nil
	})
	args := kinds.MovedArgs{Sender: "rook", N: 3} // read from a file, say
	fmt.Println(Deliver(context.Background(), &s, args, args.Sender))
	// Output:
	// rook moves by 3
	// <nil>
}
