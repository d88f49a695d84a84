package observe_test

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"expvar"
	goruntime "runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/signalgen/signalgen/internal/kinds"
	"github.com/signalgen/signalgen/observe"
	"github.com/signalgen/signalgen/runtime"
)

// watched returns a signal that metrics observe.
func watched(m *observe.Metrics) *kinds.StartedSignal {
	s := new(kinds.StartedSignal)
	s.Configure(quiet(), runtime.Observe(m.Observer()))
	return s
}

func TestMetricsCount(t *testing.T) {
	var m observe.Metrics
	s := watched(&m)
	s.Connect(hear, runtime.Name("hear"))
	s.Connect(refuse, runtime.Name("refuse"))
	s.Connect(crash, runtime.Name("crash"))
	ctx := t.Context()
	_ = s.Send(ctx, kinds.Started{})
	_ = s.SendRobust(ctx, kinds.Started{})
	_ = s.SendConcurrent(ctx, kinds.Started{})
	for _, err := range s.Each(ctx, kinds.Started{}) {
		if err == nil {
			break
		}
	}
	got := m.Of(s)
	if got.Name != "kinds.started" || got.Doc == "" || got.Sends != 4 || got.Errors != 3 || got.Panics != 2 || got.InFlight != 0 || got.Latency.Count != 4 {
		t.Errorf("got %+v", got)
	}
	for i, want := range []observe.ReceiverMetrics{
		{Name: "hear", Calls: 4},
		{Name: "refuse", Calls: 3, Errors: 3},
		{Name: "crash", Calls: 2, Panics: 2},
	} {
		r := got.Receivers[i]
		if r.Name != want.Name || r.Calls != want.Calls || r.Errors != want.Errors || r.Panics != want.Panics || r.Latency.Count != want.Calls {
			t.Errorf("got %+v, want %+v", r, want)
		}
		if !strings.HasSuffix(r.File, "main_test.go") || r.Line == 0 || r.Connections != 1 {
			t.Errorf("got %+v", r)
		}
	}
	if f := got.Receivers[1].Failures; len(f) != 3 || f[0].Error != "veto" || f[0].Panic || f[0].Stack != "" {
		t.Errorf("got %+v", f)
	}
	if f := got.Receivers[2].Failures; len(f) != 2 || f[0].Error != "panic: boom" || !f[0].Panic || !strings.Contains(f[0].Stack, "observe_test.crash") {
		t.Errorf("got %+v", f)
	}
}

// A panic that reaches the sender is counted, with its stack, if the call is observed.
func TestMetricsOfSendThatPanics(t *testing.T) {
	var m observe.Metrics
	s := watched(&m)
	s.Connect(crash)
	for range 3 {
		send(t.Context(), s)
	}
	got := m.Of(s)
	if got.Panics != 3 || got.Receivers[0].InFlight != 0 || got.InFlight != 0 {
		t.Errorf("got %+v", got)
	}
	if f := got.Receivers[0].Failures[0]; !f.Panic || !strings.Contains(f.Stack, "observe_test.crash") {
		t.Errorf("got %+v", f)
	}
}

// Hanging calls are known, with their start, both in a send and with a queue.
func TestMetricsOfWhatHangs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var m observe.Metrics
		s := watched(&m)
		release := make(chan struct{})
		hang := func(context.Context, kinds.Started) error { <-release; return nil }
		s.Connect(hang, runtime.Name("async"), runtime.Async(1, runtime.Block))
		conn := s.Connect(hang, runtime.Name("sync"))
		began := time.Now()
		go send(t.Context(), s)
		time.Sleep(3 * time.Second)
		go send(t.Context(), s)
		synctest.Wait()
		conn.Disconnect()
		got := m.Snapshot().Signals[0]
		if got.InFlight != 2 || !got.Began.Equal(began) {
			t.Errorf("got %+v", got)
		}
		if len(got.Receivers) != 2 {
			t.Fatalf("got %+v", got)
		}
		async, sync := got.Receivers[0], got.Receivers[1]
		if async.Name != "async" || async.InFlight != 1 || !async.Began.Equal(began) || async.Queue.Len != 1 || async.Queue.Size != 1 {
			t.Errorf("got %+v", async)
		}
		if sync.Name != "sync" || sync.InFlight != 2 || !sync.Began.Equal(began) || sync.Connections != 0 {
			t.Errorf("got %+v", sync)
		}
		close(release)
		synctest.Wait()
		got = m.Snapshot().Signals[0]
		if got.InFlight != 0 || !got.Began.IsZero() || got.Latency.Max != 3*time.Second {
			t.Errorf("got %+v", got)
		}
		if len(got.Receivers) != 1 || got.Receivers[0].Busy != 3*time.Second {
			t.Errorf("got %+v", got.Receivers)
		}
		s.DisconnectAll()
	})
}

// Many calls may hang at once.
func TestMetricsOfManyThatHang(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var m observe.Metrics
		s := watched(&m)
		release := make(chan struct{})
		s.Connect(func(context.Context, kinds.Started) error { <-release; return nil })
		for range 100 {
			go send(t.Context(), s)
		}
		synctest.Wait()
		if got := m.Of(s); got.InFlight != 100 || got.Receivers[0].InFlight != 100 {
			t.Errorf("got %+v", got)
		}
		close(release)
		synctest.Wait()
		if got := m.Of(s); got.InFlight != 0 || got.Receivers[0].InFlight != 0 {
			t.Errorf("got %+v", got)
		}
	})
}

// The first thousand sends of a second are observed, and a fraction of the others.
func TestMetricsPace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := observe.NewMetrics(observe.TimeOneIn(10))
		s := watched(m)
		s.Connect(hear)
		for range 6000 {
			send(t.Context(), s)
		}
		got := m.Of(s)
		if got.Sends != 6000 || got.Latency.Count != 1500 {
			t.Errorf("%d sends, %d observed, want 1500", got.Sends, got.Latency.Count)
		}
		// Of the calls in these sends, a thousand are observed, and a tenth of the
		// rest.
		if r := got.Receivers[0]; r.Latency.Count != 1050 || r.Calls < 5800 || r.Calls > 6000 {
			t.Errorf("%d calls, %d observed, want about 6000 and 1050", r.Calls, r.Latency.Count)
		}
		time.Sleep(1100 * time.Millisecond)
		for range 500 {
			send(t.Context(), s)
		}
		if got := m.Of(s); got.Latency.Count != 2000 || got.Receivers[0].Latency.Count != 1550 {
			t.Errorf("got %+v", got)
		}
	})
}

// Sends that come slowly are all observed, however many there are.
func TestMetricsOfSlowSends(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var m observe.Metrics
		s := watched(&m)
		s.Connect(hear)
		for range 5000 {
			send(t.Context(), s)
			time.Sleep(2 * time.Millisecond)
		}
		if got := m.Of(s); got.Latency.Count != 5000 || got.Receivers[0].Calls != 5000 {
			t.Errorf("%d observed, %d calls", got.Latency.Count, got.Receivers[0].Calls)
		}
	})
}

// While somebody watches, everything is observed, even if nothing else is.
func TestMetricsWatch(t *testing.T) {
	for _, oneIn := range []int{0, 64} {
		m := observe.NewMetrics(observe.TimeOneIn(oneIn))
		s := watched(m)
		s.Connect(hear)
		count := func(n int) uint64 {
			before := m.Of(s).Latency.Count
			for range n {
				send(t.Context(), s)
			}
			return m.Of(s).Latency.Count - before
		}
		count(2000)
		first, second := m.Watch(), m.Watch()
		if n := count(2000); n != 2000 {
			t.Errorf("1 in %d: %d observed", oneIn, n)
		}
		first()
		first()
		if n := count(2000); n != 2000 {
			t.Errorf("1 in %d: %d observed after one of two has gone", oneIn, n)
		}
		second()
		if n := count(2000); n > 2000/10 {
			t.Errorf("1 in %d: %d observed after both have gone", oneIn, n)
		}
	}
}

func TestMetricsTimeOneIn(t *testing.T) {
	for oneIn, want := range map[int]uint64{0: 0, 1: 3000} {
		m := observe.NewMetrics(observe.TimeOneIn(oneIn))
		s := watched(m)
		s.Connect(refuse)
		for range 3000 {
			send(t.Context(), s)
		}
		if got := m.Of(s); got.Latency.Count != want || got.Sends != 3000 || got.Errors != 3000 || got.Receivers[0].Errors != 3000 {
			t.Errorf("1 in %d: got %+v", oneIn, got)
		}
	}
	defer func() {
		if recover() == nil {
			t.Error("TimeOneIn(-1) does not panic")
		}
	}()
	observe.TimeOneIn(-1)
}

// Signals with the same name are counted together, and Of tells their receivers apart.
func TestMetricsOfTwoSets(t *testing.T) {
	var m observe.Metrics
	a, b := watched(&m), watched(&m)
	a.Connect(hear, runtime.Name("a"))
	a.Connect(hear, runtime.Name("both"))
	b.Connect(hear, runtime.Name("both"))
	b.Mute()
	send(t.Context(), a)
	send(t.Context(), b)
	got := m.Snapshot().Signals
	if len(got) != 1 || got[0].Sends != 2 || len(got[0].Receivers) != 2 || got[0].Receivers[1].Connections != 2 || !got[0].Muted {
		t.Errorf("got %+v", got)
	}
	if got := m.Of(a); len(got.Receivers) != 2 || got.Muted {
		t.Errorf("got %+v", got)
	}
	if got := m.Of(new(kinds.StartedSignal)); got.Sends != 2 || len(got.Receivers) != 0 {
		t.Errorf("got %+v", got)
	}
	if got := new(observe.Metrics).Of(a); got.Name != "kinds.started" || got.Sends != 0 || len(got.Receivers) != 2 {
		t.Errorf("got %+v", got)
	}
}

// What a queue drops is counted, and so is how full it is.
func TestMetricsOfQueue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var m observe.Metrics
		s := watched(&m)
		release := make(chan struct{})
		hang := func(context.Context, kinds.Started) error { <-release; return nil }
		for range 2 {
			s.Connect(hang, runtime.Name("slow"), runtime.Async(3, runtime.DropNewest), runtime.Workers(2), runtime.Priority(7), runtime.ID(""))
		}
		for range 10 {
			send(t.Context(), s)
			synctest.Wait()
		}
		got := m.Of(s)
		r := got.Receivers[0]
		if got.Drops != 10 || r.Connections != 2 || r.Priority != 7 || *r.Queue != (observe.Queue{Len: 6, Size: 6, Overflow: "DropNewest", Dropped: 10}) {
			t.Errorf("got %+v, %+v, %d drops", r, r.Queue, got.Drops)
		}
		if want := []string{"async(3, DropNewest)", "workers(2)"}; !slices.Equal(r.Options, want) {
			t.Errorf("got %v", r.Options)
		}
		close(release)
		s.DisconnectAll()
	})
}

// Totals stay when a signal is collected, and the metrics do not keep it alive.
func TestMetricsKeepNoSignal(t *testing.T) {
	var m observe.Metrics
	collected := make(chan struct{})
	func() {
		s := watched(&m)
		goruntime.AddCleanup(s, func(done chan struct{}) { close(done) }, collected)
		s.Connect(hear)
		send(t.Context(), s)
	}()
	for range 100 {
		goruntime.GC()
		select {
		case <-collected:
			if got := m.Snapshot().Signals; len(got) != 1 || got[0].Sends != 1 || len(got[0].Receivers) != 0 {
				t.Errorf("got %+v", got)
			}
			return
		default:
			goruntime.Gosched()
		}
	}
	t.Error("the signal is kept")
}

// The methods of an error may panic, and its text may be long.
func TestMetricsOfStrangeErrors(t *testing.T) {
	var m observe.Metrics
	s := watched(&m)
	var err error = (*strange)(nil)
	s.Connect(func(context.Context, kinds.Started) error { return err })
	send(t.Context(), s)
	long := strange(strings.Repeat("ä", 5000))
	err = &long
	for range 10 {
		send(t.Context(), s)
	}
	f := m.Of(s).Receivers[0].Failures
	if len(f) != 5 || len(f[0].Error) > 1010 || !strings.HasSuffix(f[0].Error, "ä…") {
		t.Errorf("%d failures, got %+v", len(f), f[0])
	}
}

type strange string

func (s *strange) Error() string { return string(*s) }

// A nil ctx is up to the receivers.
func TestMetricsOfNilContext(t *testing.T) {
	var m observe.Metrics
	s := watched(&m)
	conn := s.Connect(hear, runtime.Async(1, runtime.Block), runtime.Name("async"))
	s.Connect(hear, runtime.Name("sync"))
	var none context.Context
	send(none, s)
	_ = conn.Drain(t.Context())
	defer conn.Disconnect()
	if got := m.Of(s); got.Sends != 1 || got.Receivers[0].Calls != 1 || got.Receivers[1].Calls != 1 {
		t.Errorf("got %+v", got)
	}
}

// A receiver may send on the signal that it hears.
func TestMetricsOfNestedSends(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var m observe.Metrics
		s := watched(&m)
		depth := 0
		s.Connect(func(ctx context.Context, data kinds.Started) error {
			time.Sleep(time.Second)
			if depth++; depth < 3 {
				return s.Send(ctx, data)
			}
			return nil
		})
		send(t.Context(), s)
		got := m.Of(s)
		if got.Sends != 3 || got.Latency.Max != 3*time.Second || got.Latency.Sum != 6*time.Second || got.Receivers[0].Busy != 6*time.Second {
			t.Errorf("got %+v", got)
		}
	})
}

func TestMetricsInParallel(t *testing.T) {
	m := observe.NewMetrics(observe.TimeOneIn(4))
	s := watched(m)
	s.Connect(hear)
	s.Connect(refuse)
	stop := m.Watch()
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			for i := range 2000 {
				send(t.Context(), s)
				if i%500 == 0 {
					m.Snapshot()
				}
			}
		})
	}
	group.Go(stop)
	group.Wait()
	if got := m.Of(s); got.Sends != 16_000 || got.Errors != 16_000 || got.InFlight != 0 || got.Receivers[0].InFlight != 0 {
		t.Errorf("got %+v", got)
	}
}

func TestMetricsPublish(t *testing.T) {
	var m observe.Metrics
	name := rand.Text() // the test may run twice
	m.Publish(name)
	s := watched(&m)
	s.Connect(refuse)
	send(t.Context(), s)
	var got observe.Snapshot
	if err := json.Unmarshal([]byte(expvar.Get(name).String()), &got); err != nil {
		t.Fatal(err)
	}
	if len(got.Signals) != 1 || got.Signals[0].Sends != 1 || got.Signals[0].Receivers[0].Failures[0].Error != "veto" {
		t.Errorf("got %+v", got)
	}
}
