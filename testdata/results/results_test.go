package results

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/signalgen/signalgen/runtime"
)

var errVeto = errors.New("veto")

// want compares what was printed into a line.
func want(t *testing.T, want string, got ...any) {
	t.Helper()
	if line := fmt.Sprintln(got...); line != want+"\n" {
		t.Errorf("got %swant %s", line, want)
	}
}

func TestNothing(t *testing.T) {
	sum := 0
	ConnectTicked(func(_ context.Context, n int) { sum += n })
	ConnectTicked(func(_ context.Context, n int) { sum += 10 * n }, runtime.Once())
	SendTicked(t.Context(), 1)
	SendTicked(t.Context(), 2)
	want(t, "13", sum)
	ConnectBare(func(context.Context) { sum = 0 })
	SendBare(t.Context())
	want(t, "0", sum)
}

func TestError(t *testing.T) {
	want(t, "<nil>", SendChecked(t.Context()))
	var got []string
	ConnectChecked(func(_ context.Context, names ...string) error { got = append(got, names...); return nil })
	c := ConnectChecked(func(context.Context, ...string) error { return errVeto })
	ConnectChecked(func(context.Context, ...string) error { got = append(got, "after"); return nil })
	err := SendChecked(t.Context(), "a", "b")
	want(t, "[a b] true", got, errors.Is(err, errVeto))
	want(t, "signal example.com/signals/results.Checked: receiver example.com/signals/results.TestError.func2: veto", err)
	c.Disconnect()
	want(t, "<nil>", SendChecked(t.Context()))
}

func TestValue(t *testing.T) {
	want(t, "[]", SendCounted(t.Context(), 1))
	for i := range 3 {
		ConnectCounted(func(_ context.Context, from int) int { return from + i })
	}
	ConnectCounted(func(context.Context, int) int { return 0 }, runtime.Once(), runtime.Priority(1))
	want(t, "[0 1 2 3]", SendCounted(t.Context(), 1))
	want(t, "[1 2 3]", SendCounted(t.Context(), 1))
}

func TestValueOrError(t *testing.T) {
	price := func(price int) Quoted {
		return func(_ context.Context, item string, pieces ...int) (map[string]int, error) {
			return map[string]int{item: price * len(pieces)}, nil
		}
	}
	ConnectQuoted(price(2))
	c := ConnectQuoted(func(context.Context, string, ...int) (map[string]int, error) { return nil, errVeto })
	ConnectQuoted(price(3))
	prices, err := SendQuoted(t.Context(), "nail", 1, 1)
	want(t, "[map[nail:4]] true", prices, errors.Is(err, errVeto))
	c.Disconnect()
	prices, err = SendQuoted(t.Context(), "nail", 1)
	want(t, "[map[nail:2] map[nail:3]] <nil>", prices, err)
}

func TestErrorAsValue(t *testing.T) {
	ConnectFailed(func(context.Context) (error, error) { return errVeto, nil })
	values, err := SendFailed(t.Context())
	want(t, "[veto] <nil>", values, err)
}

func TestAliases(t *testing.T) {
	ConnectAliased(func(context.Context) error { return errVeto })
	want(t, "true", errors.Is(SendAliased(t.Context()), errVeto))
}
