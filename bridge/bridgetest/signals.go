package bridgetest

import (
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/signalgen/signalgen/bridge"
	"github.com/signalgen/signalgen/runtime"
)

// moved is the payload of a signal with a sender, as signalgen makes it of a
// declaration.
type moved struct {
	Sender string
	N      int
}

// movedSignal is a signal of moved, with a name that a test chooses.
type movedSignal struct {
	runtime.Signal
	kind runtime.Kind
}

func newMovedSignal(name string) *movedSignal {
	return &movedSignal{kind: runtime.Kind{
		Name:   name,
		Doc:    "moved is sent by the suite.",
		Args:   (*moved)(nil),
		Call:   callMoved,
		Sender: func(args any) any { return args.(*moved).Sender },
	}}
}

func callMoved(ctx context.Context, receiver runtime.Receiver, args, result any) error {
	data := args.(*moved)
	if receiver == nil {
		*result.(*moved) = *data
		return nil
	}
	return (*(*func(ctx context.Context, data moved) error)(receiver))(ctx, *data)
}

func (s *movedSignal) Name() string { return s.kind.Of(&s.Signal).Name() }
func (s *movedSignal) Doc() string  { return s.kind.Of(&s.Signal).Doc() }

func (s *movedSignal) Next(ctx context.Context) (moved, error) {
	args, err := s.kind.Next(ctx, &s.Signal)
	data, _ := args.(moved)
	return data, err
}

func (s *movedSignal) connect(receiver func(ctx context.Context, data moved) error) {
	s.kind.Connect(&s.Signal, runtime.Receiver(&receiver), nil)
}

func (s *movedSignal) send(ctx context.Context, data moved) error {
	return s.kind.Send(ctx, &s.Signal, s.kind.ReadyFrom(&s.Signal, data.Sender), &data)
}

// signals checks that signals that are sent through one bridge are heard through another,
// in the order of each sender, even if some fail once.
func (r *run) signals() {
	const senders, each = 3, 20
	here, there := bridge.New(r.transport), bridge.New(r.transport)
	sent, received := newMovedSignal(r.typ), newMovedSignal(r.typ)
	bridge.Publish(here, sent)

	var mu sync.Mutex
	heard := make(map[string][]int)
	failed := make(map[moved]bool)
	all := make(chan struct{})
	received.connect(func(_ context.Context, data moved) error {
		mu.Lock()
		defer mu.Unlock()
		if data.N%7 == 3 && !failed[data] {
			failed[data] = true
			return errRefused
		}
		heard[data.Sender] = append(heard[data.Sender], data.N)
		if len(heard["a"])+len(heard["b"])+len(heard["c"]) == senders*each {
			close(all)
		}
		return nil
	})
	if _, err := bridge.Receive(there, received, bridge.Group("all"), bridge.Retry(3, time.Millisecond, time.Second)); err != nil {
		r.Fatal(err)
	}
	for n := range each {
		for _, sender := range []string{"a", "b", "c"} {
			if err := sent.send(r.Context(), moved{sender, n}); err != nil {
				r.Fatal(err)
			}
		}
	}
	select {
	case <-all:
	case <-time.After(r.patience):
		r.Errorf("not everything was heard within %v", r.patience)
	}
	closeAll(r.T, r.patience, here, there)
	mu.Lock()
	defer mu.Unlock()
	for sender, numbers := range heard {
		if r.anyOrder {
			slices.Sort(numbers)
		}
		if !slices.IsSorted(numbers) || len(numbers) != each {
			r.Errorf("of %s: heard %v, want 0 to %d", sender, numbers, each-1)
		}
	}
}

func closeAll(t *testing.T, patience time.Duration, bridges ...*bridge.Bridge) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	for _, b := range bridges {
		if err := b.Close(ctx); err != nil {
			t.Error(err)
		}
	}
}
