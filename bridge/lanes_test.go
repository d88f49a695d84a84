package bridge

import (
	"fmt"
	"runtime"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"
)

// Each delivery is done once, those of one key in order and never two at the same time,
// those of different keys at the same time, and no more are in flight than there is room
// for. If a delivery ends its goroutine, the next ones are done all the same.
func TestLanes(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		most := rapid.IntRange(1, 5).Draw(rt, "most")
		all := rapid.SliceOfN(deliveries, 0, 30).Draw(rt, "deliveries")
		var wrong []string
		synctest.Test(t, func(t *testing.T) {
			m := &lanesModel{most: most, todo: all, done: make(map[string][]int), busy: make(map[string]bool)}
			m.run()
			wrong = m.wrong
		})
		for _, wrong := range wrong {
			rt.Error(wrong)
		}
	})
}

var deliveries = rapid.Custom(func(t *rapid.T) delivery {
	return delivery{
		key:   rapid.SampledFrom([]string{"", "a", "b", "c"}).Draw(t, "key"),
		takes: time.Duration(rapid.IntRange(0, 5).Draw(t, "takes")) * time.Second,
		exits: rapid.IntRange(0, 9).Draw(t, "exits") == 0,
	}
})

// A delivery of the model.
type delivery struct {
	key   string
	takes time.Duration
	exits bool // the receiver ends its goroutine
}

type lanesModel struct {
	most int
	todo []delivery

	mu     sync.Mutex // guards what follows
	inHand int
	busy   map[string]bool
	done   map[string][]int
	wrong  []string
}

// run puts all deliveries, each under its number.
func (m *lanesModel) run() {
	l := newLanes(m.most, m.work)
	want := make(map[string][]int)
	for i, d := range m.todo {
		want[d.key] = append(want[d.key], i)
		m.begin()
		if !l.put(d.key, Delivery{Attempt: i}) {
			m.fail("put %d: the lanes are closed", i)
		}
		if n := l.count(); n >= m.most {
			m.fail("put %d returns with %d in flight, of %d", i, n, m.most)
		}
	}
	<-l.close()
	synctest.Wait()
	for key := range want {
		if !slices.Equal(m.done[key], want[key]) {
			m.fail("key %q: did %v, want %v", key, m.done[key], want[key])
		}
	}
	if l.put("", Delivery{}) || len(l.lanes) > 0 {
		m.fail("closed lanes take more, or keep %v", l.lanes)
	}
}

func (m *lanesModel) fail(format string, args ...any) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.wrong = append(m.wrong, fmt.Sprintf(format, args...))
}

func (m *lanesModel) begin() {
	m.mu.Lock()
	m.inHand++
	n := m.inHand
	m.mu.Unlock()
	if n > m.most {
		m.fail("%d in flight, of %d", n, m.most)
	}
}

func (m *lanesModel) work(of Delivery) {
	d := m.todo[of.Attempt]
	m.mu.Lock()
	twice := m.busy[d.key]
	m.busy[d.key] = true
	m.mu.Unlock()
	if twice {
		m.fail("key %q: two at the same time", d.key)
	}
	time.Sleep(d.takes)
	m.mu.Lock()
	defer m.mu.Unlock()
	m.busy[d.key] = false
	m.done[d.key] = append(m.done[d.key], of.Attempt)
	m.inHand--
	if d.exits {
		runtime.Goexit()
	}
}

// Deliveries of different keys are done at the same time, and a key without deliveries has
// no goroutine.
func TestLanesAreParallel(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLanes(10, func(Delivery) { time.Sleep(time.Second) })
		began := time.Now()
		for i := range 9 {
			l.put(fmt.Sprint(i%3), Delivery{})
		}
		synctest.Wait()
		if n := runningLanes(l); n != 3 {
			t.Errorf("%d goroutines, want 3", n)
		}
		<-l.close()
		if took := time.Since(began); took != 3*time.Second {
			t.Errorf("took %v, want 3s", took)
		}
		synctest.Wait()
		if n := runningLanes(l); n != 0 {
			t.Errorf("%d goroutines, want none", n)
		}
	})
}

func runningLanes(l *lanes) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.lanes)
}

// A put that waits for room returns when the lanes are closed, and what is in flight is
// done.
func TestLanesPutEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		done := 0
		l := newLanes(1, func(Delivery) { time.Sleep(time.Hour); done++ })
		time.AfterFunc(time.Second, func() { l.close() })
		began := time.Now()
		if !l.put("", Delivery{}) || time.Since(began) != time.Second {
			t.Errorf("put returns after %v", time.Since(began))
		}
		if l.put("", Delivery{}) {
			t.Error("closed lanes take more than there is room for")
		}
		<-l.close()
		if done != 1 {
			t.Errorf("did %d, want 1", done)
		}
	})
}

// A delivery continues after its pause although others of its key have taken its room:
// they wait for it.
func TestLanesGoOnAfterAPause(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var l *lanes
		var done []int
		l = newLanes(2, func(d Delivery) {
			l.pause("key", func() bool { time.Sleep(time.Second); return true })
			done = append(done, d.Attempt)
		})
		for i := range 5 {
			l.put("key", Delivery{Attempt: i})
		}
		<-l.close()
		if !slices.Equal(done, []int{0, 1, 2, 3, 4}) {
			t.Errorf("did %v", done)
		}
		synctest.Wait()
	})
}

// Deliveries behind a paused one of their key leave their room to other keys, up to a
// limit.
func TestLanesPauseMakesRoom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var l *lanes
		l = newLanes(3, func(d Delivery) {
			if d.Attempt == 0 {
				l.pause("slow", func() bool { time.Sleep(time.Hour); return true })
			}
			time.Sleep(time.Second)
		})
		began := time.Now()
		l.put("slow", Delivery{Attempt: 0})
		synctest.Wait()
		l.put("slow", Delivery{Attempt: 1})
		l.put("slow", Delivery{Attempt: 2})
		l.put("a", Delivery{Attempt: 3})
		l.put("b", Delivery{Attempt: 4})
		if took := time.Since(began); took != 0 {
			t.Errorf("put waits for %v although three deliveries are paused", took)
		}
		l.put("slow", Delivery{Attempt: 5}) // the third that is counted
		if took := time.Since(began); took != time.Second {
			t.Errorf("put returns after %v, want 1s: three deliveries are counted", took)
		}
		<-l.close()
		if l.aside != 0 {
			t.Errorf("%d are not counted in the end, want 0", l.aside)
		}
		synctest.Wait()
	})
}
