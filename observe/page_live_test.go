package observe

import (
	"context"
	"errors"
	"math"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/signalgen/signalgen/internal/kinds"
)

func TestLiveHasAMost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		set, p := pageOf(t)
		get(p, "live")
		for range 10_000 {
			set.Ticked.Send(t.Context(), 1)
		}
		if n := len(p.live.since(0)); n < livePerSecond || n > livePerSecond+2 {
			t.Errorf("%d sends at once are kept, want %d", n, livePerSecond)
		}
		for range 5000 {
			time.Sleep(time.Millisecond)
			set.Ticked.Send(t.Context(), 1)
			p.live.lease.renew()
		}
		if n := len(p.live.since(0)); n != liveLen {
			t.Errorf("%d sends are kept, want %d", n, liveLen)
		}
		if last := p.live.last.Load(); last > 6*livePerSecond+10 || last < 5*livePerSecond {
			t.Errorf("%d of 15,000 sends were taken in five seconds, want about %d", last, 6*livePerSecond)
		}
		if all := p.live.since(0); all[0].number != p.live.last.Load() || len(p.live.since(all[3].number)) != 3 {
			t.Error("the newest is not the first")
		}
	})
}

func TestLiveEndsByItself(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		set, p := pageOf(t, Payloads(func(payload any) any { return payload }))
		get(p, "live")
		time.Sleep(leaseFor - time.Second)
		get(p, "live")
		time.Sleep(leaseFor - time.Second)
		if !p.live.lease.held() || !set.Ticked.HasReceivers() {
			t.Error("it has ended while somebody asks")
		}
		time.Sleep(2 * time.Second)
		synctest.Wait()
		if p.live.lease.held() || set.Ticked.HasReceivers() {
			t.Error("it goes on though nobody asks")
		}
	})
}

// TestLiveTellsSendsApart nests a send in another, and the first again in that.
func TestLiveTellsSendsApart(t *testing.T) {
	set, p := pageOf(t, Payloads(func(payload any) any { return payload }))
	set.Started.Connect(func(ctx context.Context, s kinds.Started) error {
		set.Ticked.Send(ctx, int(s.N))
		return errors.New("after " + s.Addr)
	})
	set.Ticked.Connect(func(ctx context.Context, n int) {
		if n > 0 {
			_ = set.Started.Send(ctx, kinds.Started{Addr: "inner"})
		}
	})
	get(p, "live")
	_ = set.Started.Send(t.Context(), kinds.Started{Addr: "outer", N: 1})
	var got []string
	for _, k := range p.live.since(0) {
		got = append(got, k.signal+" "+k.err)
	}
	want := []string{"kinds.started", "kinds.ticked", "kinds.started", "kinds.ticked"}
	if len(got) != len(want) {
		t.Fatalf("found %q", got)
	}
	for i, name := range want {
		if !strings.HasPrefix(got[i], name) {
			t.Errorf("found %q, want %q", got, want)
		}
	}
	if !strings.Contains(got[0], "after outer") || !strings.Contains(got[2], "after inner") {
		t.Errorf("found %q", got)
	}
	if sends := p.live.since(0); !strings.Contains(sends[0].payload, "outer") || !strings.Contains(sends[2].payload, "inner") {
		t.Errorf("payloads %q and %q", sends[0].payload, sends[2].payload)
	}
}

// TestLiveSendsWithinOneThatIsKept nests more sends in one than are kept. No time passes
// between them.
func TestLiveSendsWithinOneThatIsKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		set, p := pageOf(t)
		set.Started.Connect(func(ctx context.Context, s kinds.Started) error {
			if s.N > 0 {
				return set.Started.Send(ctx, kinds.Started{N: s.N - 1})
			}
			return nil
		})
		get(p, "live")
		_ = set.Started.Send(t.Context(), kinds.Started{N: 3 * livePerSecond})
		if n := len(p.live.since(0)); n != livePerSecond+1 { // those of a second, and the one that begins it
			t.Errorf("%d sends are kept, want %d", n, livePerSecond+1)
		}
	})
}

func TestPayloadsThatAreTrouble(t *testing.T) {
	for name, test := range map[string]struct {
		show func(any) any
		want string
	}{
		"text":        {func(any) any { return "as <it> is" }, "as <it> is"},
		"none":        {func(any) any { return nil }, ""},
		"a panic":     {func(any) any { panic("oh") }, "panic: oh"},
		"no JSON":     {func(any) any { return math.Inf(1) }, "+Inf"},
		"a long one":  {func(any) any { return strings.Repeat("ä", 600) }, strings.Repeat("ä", 500) + "…"},
		"what is not": {func(any) any { return make(chan int, 1) == nil }, "false"},
	} {
		t.Run(name, func(t *testing.T) {
			set, p := pageOf(t, Payloads(test.show))
			get(p, "live")
			set.Ticked.Send(t.Context(), 1)
			if sends := p.live.since(0); len(sends) != 1 || sends[0].payload != test.want {
				t.Errorf("found %+v, want %q", sends, test.want)
			}
		})
	}
}
