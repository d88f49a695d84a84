package observe

import (
	"context"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/signalgen/signalgen/internal/kinds"
	"github.com/signalgen/signalgen/runtime"
)

// waiters starts n goroutines that hang, and ends them with the test.
func waiters(t *testing.T, n int) {
	release := make(chan struct{})
	var all sync.WaitGroup
	for range n {
		all.Go(func() { hang(release) })
	}
	t.Cleanup(func() { close(release); all.Wait() })
	time.Sleep(50 * time.Millisecond) // until all of them wait
}

func TestStacksAreFoundByNameAndPlace(t *testing.T) {
	waiters(t, 3)
	file, line := placeOf(t, hang)
	for _, test := range []struct {
		name, file string
		line       int
		found      bool
	}{
		{"github.com/signalgen/signalgen/observe.hang", "", 0, true},
		{"its own name", file, line, true},
		{"its own name", file, line + 1, false},
		{"github.com/signalgen/signalgen/observe.hangs", "", 0, false},
	} {
		found := new(stacks).of(time.Now(), time.Second, test.name, test.file, test.line)
		if (len(found) == 1) != test.found {
			t.Errorf("%s at line %d: found %d stacks", test.name, test.line, len(found))
		}
		if len(found) == 1 && (found[0].Goroutines != 3 || !strings.Contains(found[0].Text, "observe.hang\n\t"+file)) {
			t.Errorf("found %+v", found[0])
		}
	}
}

// placeOf returns where a func is declared, as in a ReceiverInfo.
func placeOf(t *testing.T, receiver func(chan struct{})) (file string, line int) {
	t.Helper()
	var set kinds.Signals
	connection := set.Ticked.Connect(func(context.Context, int) {}, runtime.Annotated(receiver))
	defer connection.Disconnect()
	r := set.Ticked.Receivers()[0]
	return r.File, r.Line
}

func TestStacksAreGoodForASecond(t *testing.T) {
	var s stacks
	begin := time.Now()
	first := reflect.ValueOf(s.profile(begin, time.Second)).Pointer()
	if reflect.ValueOf(s.profile(begin.Add(999*time.Millisecond), time.Second)).Pointer() != first {
		t.Error("they are taken again within a second")
	}
	if reflect.ValueOf(s.profile(begin.Add(time.Second), time.Second)).Pointer() == first {
		t.Error("they are not taken again after a second")
	}
}

func TestStacksHaveAMost(t *testing.T) {
	g := goroutines{n: 1}
	for range 2 * mostFrames {
		g.frames = append(g.frames, stackFrame{name: "f", file: "f.go", line: 1})
	}
	if text := g.text(); strings.Count(text, "f.go:1") != mostFrames || !strings.HasSuffix(text, "and 64 more\n") {
		t.Errorf("found %s", text)
	}
}

func TestReadGoroutines(t *testing.T) {
	for profile, want := range map[string]int{
		"":                           0,
		"goroutine profile: total 1": 0,
		"1 @ 0x1 0x2":                1,
		"1 @ nonsense\nx @ 0x1":      1,
		"1 @ \n\n2 @ 0x1\n#\tx @ y":  2,
	} {
		if got := readGoroutines(profile); len(got) != want {
			t.Errorf("%q: found %d, want %d", profile, len(got), want)
		}
	}
}
