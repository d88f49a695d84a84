package runtime_test

import (
	"context"
	"errors"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
	"unsafe"
	"weak"

	"github.com/signalgen/signalgen/internal/kinds"
	. "github.com/signalgen/signalgen/runtime"
)

func TestScenarioNobodyListens(t *testing.T) {
	var s kinds.QuotedSignal
	if prices, err := s.Send(t.Context(), "chair"); len(prices) != 0 || err != nil {
		t.Errorf("Send returned %v and %v", prices, err)
	}
	if responses, err := s.SendRobust(t.Context(), "chair"); len(responses) != 0 || err != nil {
		t.Errorf("SendRobust returned %v and %v", responses, err)
	}
	if responses, err := s.SendConcurrent(t.Context(), "chair"); len(responses) != 0 || err != nil {
		t.Errorf("SendConcurrent returned %v and %v", responses, err)
	}
	for response := range s.Each(t.Context(), "chair") {
		t.Errorf("Each yielded %v", response)
	}
}

// Senders that are values are matched by value, regardless of who has them.
func TestScenarioValueSender(t *testing.T) {
	var s kinds.MovedSignal
	s.ConnectFrom("left", func(context.Context, string, int) (bool, error) { return true, nil })
	equal := strings.Clone("left")
	if got, err := s.Send(t.Context(), equal, 1); err != nil || !slices.Equal(got, []bool{true}) {
		t.Errorf("an equal sender got %v and %v, want [true]", got, err)
	}
	for _, other := range []string{"right", ""} {
		if got, err := s.Send(t.Context(), other, 1); err != nil || len(got) != 0 {
			t.Errorf("%q got %v and %v, want nothing", other, got, err)
		}
	}
}

// Python matches senders by an id that a later object may have again. Here the
// receivers of dead senders are still connected when their addresses are reused.
func TestScenarioSenderAtAnOldAddress(t *testing.T) {
	var s kinds.TouchedSignal
	end := make(chan struct{})
	defer close(end)
	var blocked atomic.Bool // blocks the goroutine that disconnects the receivers of dead senders
	s.Configure(Observe(&Observer{Disconnected: func(AnySignal, ReceiverInfo) {
		if blocked.CompareAndSwap(false, true) {
			<-end
		}
	}}))
	old := make(map[uintptr]bool)
	for range 1000 {
		dead := &kinds.Account{Name: "dead"}
		s.ConnectFrom(dead, func(context.Context, *kinds.Account) { t.Error("a dead sender's receiver was called") })
		old[uintptr(unsafe.Pointer(dead))] = true
	}
	runtime.GC()
	for start := time.Now(); !blocked.Load() && time.Since(start) < time.Minute; {
		runtime.Gosched()
	}
	heard, reused := 0, 0
	var senders []*kinds.Account
	for range 100_000 {
		sender := new(kinds.Account)
		senders = append(senders, sender) // so that each has an address of its own
		if old[uintptr(unsafe.Pointer(sender))] {
			reused++
			s.ConnectFrom(sender, func(context.Context, *kinds.Account) { heard++ })
			s.Send(t.Context(), sender)
		}
	}
	if reused == 0 {
		t.Fatal("no address was used again, which leaves nothing to see")
	}
	if heard != reused {
		t.Errorf("%d of %d receivers of new senders were called", heard, reused)
	}
	runtime.KeepAlive(senders)
}

func TestScenarioCollectedSender(t *testing.T) {
	var s kinds.TouchedSignal
	s.Connect(func(context.Context, *kinds.Account) {}, ID("any"))
	sender := new(kinds.Account)
	c := s.ConnectFrom(sender, func(context.Context, *kinds.Account) {})
	s.Send(t.Context(), sender)
	held := weak.Make(sender)
	if !s.HasReceiversFrom(sender) {
		t.Error("not connected while the sender lives")
	}
	runtime.GC()
	if held.Value() != nil {
		t.Error("the signal keeps its sender")
	}
	for start := time.Now(); c.Connected() && time.Since(start) < time.Minute; runtime.Gosched() {
		runtime.GC()
	}
	if infos := s.Receivers(); len(infos) != 1 || infos[0].ID != "any" {
		t.Errorf("%v are left, want the one for any sender", infos)
	}
}

func TestScenarioTwoReceiversOneID(t *testing.T) {
	var s kinds.MovedSignal
	s.Connect(func(context.Context, string, int) (bool, error) { return true, nil }, ID("uid"))
	s.Connect(func(context.Context, string, int) (bool, error) { return false, nil }, ID("uid"))
	if got, err := s.Send(t.Context(), "left", 1); err != nil || !slices.Equal(got, []bool{true}) {
		t.Errorf("got %v and %v, want the first one's response", got, err)
	}
	s.ConnectFrom("left", func(context.Context, string, int) (bool, error) { return false, nil }, ID("uid"))
	if got, err := s.Send(t.Context(), "left", 1); err != nil || !slices.Equal(got, []bool{true, false}) {
		t.Errorf("got %v and %v, want that of the sender's own receiver too", got, err)
	}
	if !s.Disconnect("uid") || s.Disconnect("uid") || s.HasReceivers() {
		t.Error("the id is connected after Disconnect")
	}
}

func TestScenarioDisconnectedAndCollected(t *testing.T) {
	var s kinds.TickedSignal
	owner, other := &metronome{name: "owner"}, &metronome{name: "other"}
	collected := kinds.ConnectTickedWeakOn(&s, owner, (*metronome).Tick)
	both := kinds.ConnectTickedWeakOn(&s, other, (*metronome).Tick)
	strong := s.Connect(func(context.Context, int) {})
	if !strong.Disconnect() || !both.Disconnect() {
		t.Error("Disconnect returned false")
	}
	runtime.KeepAlive(owner)
	runtime.KeepAlive(other)
	runtime.GC()
	if collected.Connected() || both.Disconnect() || s.HasReceivers() || len(s.Receivers()) != 0 {
		t.Errorf("%v are left", s.Receivers())
	}
}

func TestScenarioHasReceivers(t *testing.T) {
	var s kinds.MovedSignal
	receiver := func(context.Context, string, int) (bool, error) { return true, nil }
	want := func(step string, all, left, right bool) {
		t.Helper()
		if s.HasReceivers() != all || s.HasReceiversFrom("left") != left || s.HasReceiversFrom("right") != right {
			t.Errorf("%s: want %v, %v from left, %v from right", step, all, left, right)
		}
	}
	want("nothing", false, false, false)
	c := s.Connect(receiver)
	want("any sender", true, true, true)
	c.Disconnect()
	want("none again", false, false, false)
	c = s.ConnectFrom("left", receiver)
	want("one sender", true, true, false)
	c.Disconnect()
	want("none in the end", false, false, false)
	c = s.Connect(receiver, Async(1, Block))
	want("an async one", true, true, true)
	c.Disconnect()
}

func TestScenarioOneReceiverSeveralSignals(t *testing.T) {
	var a, b, c kinds.StartedSignal
	var heard []string
	receiver := func(_ context.Context, data kinds.Started) error {
		heard = append(heard, data.Addr)
		return nil
	}
	for _, s := range []*kinds.StartedSignal{&a, &b, &c} {
		s.Connect(receiver)
	}
	err := errors.Join(c.Send(t.Context(), kinds.Started{Addr: "c"}), a.Send(t.Context(), kinds.Started{Addr: "a"}), b.Send(t.Context(), kinds.Started{Addr: "b"}))
	if want := []string{"c", "a", "b"}; err != nil || !slices.Equal(heard, want) {
		t.Errorf("heard %v and got %v, want %v", heard, err, want)
	}
}

// A save sends a signal before and one after it, each with the same sender.
func TestScenarioBeforeAndAfterASave(t *testing.T) {
	var before, after kinds.SavedSignal
	account := &kinds.Account{Name: "Ada"}
	var heard []int
	receiver := func(_ context.Context, data kinds.Saved) error {
		if data.Sender != account {
			t.Errorf("sender %v, want %v", data.Sender, account)
		}
		heard = append(heard, data.N)
		return nil
	}
	before.ConnectFrom(account, receiver)
	after.Connect(receiver)
	for _, n := range []int{1, 2} {
		if err := errors.Join(before.Send(t.Context(), kinds.Saved{Sender: account, N: n}), after.Send(t.Context(), kinds.Saved{Sender: account, N: -n})); err != nil {
			t.Error(err)
		}
	}
	if want := []int{1, -1, 2, -2}; !slices.Equal(heard, want) {
		t.Errorf("heard %v, want %v", heard, want)
	}
}

// What a receiver sends is heard before the outer send continues.
func TestScenarioCascade(t *testing.T) {
	var deleted kinds.MovedSignal
	var heard []string
	note := func(mark string) kinds.Moved {
		return func(_ context.Context, sender string, _ int) (bool, error) {
			heard = append(heard, mark+sender)
			return true, nil
		}
	}
	deleted.Connect(note("begin "))
	deleted.ConnectFrom("shelf", func(ctx context.Context, _ string, n int) (bool, error) {
		_, err := deleted.Send(ctx, "book", n)
		return false, err
	})
	deleted.Connect(note("end "))
	if got, err := deleted.Send(t.Context(), "shelf", 1); err != nil || !slices.Equal(got, []bool{true, false, true}) {
		t.Errorf("got %v and %v", got, err)
	}
	if want := []string{"begin shelf", "begin book", "end book", "end shelf"}; !slices.Equal(heard, want) {
		t.Errorf("heard %v, want %v", heard, want)
	}
}

func TestScenarioWithAndWithoutSender(t *testing.T) {
	var s kinds.TouchedSignal
	var heard []string
	sender := new(kinds.Account)
	s.Connect(func(context.Context, *kinds.Account) { heard = append(heard, "any") })
	s.ConnectFrom(sender, func(context.Context, *kinds.Account) { heard = append(heard, "one") })
	s.Connect(func(context.Context, *kinds.Account) { heard = append(heard, "any again") })
	s.ConnectFrom(new(kinds.Account), func(context.Context, *kinds.Account) { heard = append(heard, "other") })
	s.Send(t.Context(), sender)
	if want := []string{"any", "one", "any again"}; !slices.Equal(heard, want) {
		t.Errorf("heard %v, want %v", heard, want)
	}
}

func TestScenarioDisconnectInDispatch(t *testing.T) {
	var s kinds.TickedSignal
	var heard []string
	var first, second *Connection
	first = s.Connect(func(context.Context, int) { heard = append(heard, "first"); first.Disconnect() })
	second = s.Connect(func(context.Context, int) { heard = append(heard, "second"); second.Disconnect() })
	s.Send(t.Context(), 1)
	if want := []string{"first", "second"}; !slices.Equal(heard, want) {
		t.Errorf("heard %v, want %v", heard, want)
	}
	if s.HasReceivers() || len(s.Receivers()) != 0 {
		t.Error("a receiver is left")
	}
}

func TestScenarioStrongByDefault(t *testing.T) {
	var s kinds.TickedSignal
	strong, lost := &metronome{name: "strong"}, &metronome{name: "lost"}
	s.Connect(strong.Tick)
	kinds.ConnectTickedWeakOn(&s, lost, (*metronome).Tick)
	heldStrong, heldLost := weak.Make(strong), weak.Make(lost)
	runtime.GC()
	if heldStrong.Value() == nil || heldLost.Value() != nil {
		t.Error("want the owner of a method value to be kept, and that of a weak receiver not")
	}
	s.Send(t.Context(), 4)
	if got := heldStrong.Value().beats; !slices.Equal(got, []int{4}) {
		t.Errorf("heard %v, want [4]", got)
	}
	runtime.KeepAlive(&s)
}

// A sender given by name may be connected to before it exists.
func TestScenarioSenderNamedBeforeItExists(t *testing.T) {
	var s kinds.MovedSignal
	heard := 0
	receiver := func(context.Context, string, int) (bool, error) { heard++; return true, nil }
	never := s.ConnectFrom("shop.Book", receiver)
	if !never.Disconnect() || never.Disconnect() {
		t.Error("want true, then false")
	}
	s.ConnectFrom("shop.Shelf", receiver)
	for _, sender := range []string{"shop.Book", "shop.Shelf"} {
		if _, err := s.Send(t.Context(), sender, 1); err != nil {
			t.Error(err)
		}
	}
	if heard != 1 {
		t.Errorf("called %d times, want once, for shop.Shelf", heard)
	}
}

// Receivers of SendConcurrent run at the same time, and respond in order.
func TestScenarioConcurrentResponsesAreInOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var s kinds.QuotedSignal
		s.Connect(func(context.Context, string, ...int) (int, error) { time.Sleep(3 * time.Second); return 1, nil }, Name("slow"))
		s.Connect(func(context.Context, string, ...int) (int, error) {
			time.Sleep(time.Second)
			return 0, errors.New("sold")
		}, Name("failing"))
		s.Connect(func(context.Context, string, ...int) (int, error) { return 3, nil }, Name("quick"))
		start := time.Now()
		responses, err := s.SendConcurrent(t.Context(), "chair")
		if took := time.Since(start); took != 3*time.Second {
			t.Errorf("took %v, want as long as the slowest", took)
		}
		if got, want := textOf(responses), "slow 1 <nil>; failing 0 sold; quick 3 <nil>; "; got != want {
			t.Errorf("responses %s, want %s", got, want)
		}
		if want := "signal kinds.quoted: receiver failing: sold"; err == nil || err.Error() != want {
			t.Errorf("error %v, want %s", err, want)
		}
	})
}

func TestScenarioOnlyAsyncReceivers(t *testing.T) {
	var s kinds.CountedSignal
	var heard atomic.Int32
	for range 3 {
		s.Connect(func(_ context.Context, from int) int { heard.Add(int32(from)); return from }, Async(1, Block))
	}
	if got := s.Send(t.Context(), 2); len(got) != 0 {
		t.Errorf("Send returned %v, want no response", got)
	}
	if responses, err := s.SendRobust(t.Context(), 3); len(responses) != 0 || err != nil {
		t.Errorf("SendRobust returned %v and %v, want no response", responses, err)
	}
	if err := s.Close(t.Context()); err != nil {
		t.Error(err)
	}
	if n := heard.Load(); n != 15 {
		t.Errorf("heard a sum of %d, want 15", n)
	}
}
