package observe

import (
	"context"
	"errors"
	"math"
	"runtime"
	"testing"
	"testing/synctest"
	"time"
	"weak"

	"github.com/signalgen/signalgen/internal/kinds"
)

func TestHistoryIsTwoMinutes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		set, p := pageOf(t)
		send := func(n, perSecond int) {
			for range n {
				for range perSecond {
					set.Ticked.Send(t.Context(), 1)
				}
				time.Sleep(time.Second)
			}
		}
		time.Sleep(historyStep / 4) // so that no send coincides with a step
		send(10, 4)
		s := apiOf(t, p, "kinds.ticked")
		if len(s.Recent) != 5 || s.Recent[2] != 4 || math.Abs(s.Rate-4) > 1 {
			t.Errorf("after ten seconds, the rate is %v of %v", s.Rate, s.Recent)
		}
		send(300, 2)
		s = apiOf(t, p, "kinds.ticked")
		if len(s.Recent) != historyLen-1 || s.Recent[0] != 2 || math.Abs(s.Rate-2) > 1 || s.Sends != 640 {
			t.Errorf("after five minutes, the rate is %v of %v", s.Rate, s.Recent)
		}
		send(4, 0)
		if s = apiOf(t, p, "kinds.ticked"); s.Rate != 0 {
			t.Errorf("after a pause, the rate is %v", s.Rate)
		}
	})
}

// TestHistoryForgetsErrors checks that errors are problems for two minutes.
func TestHistoryForgetsErrors(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		set, p := pageOf(t)
		failing := set.Checked.Connect(func(context.Context, string, int) error { return errors.New("no") })
		_ = set.Checked.Send(t.Context(), "", 1)
		failing.Disconnect()
		if s := apiOf(t, p, "kinds.checked"); len(s.Problems) != 1 || s.Problems[0].Rank != rankFailed {
			t.Errorf("problems %+v", s.Problems)
		}
		time.Sleep(2*time.Minute + 2*historyStep)
		if s := apiOf(t, p, "kinds.checked"); len(s.Problems) > 0 || s.Errors != 1 {
			t.Errorf("two minutes later, %d errors and problems %+v", s.Errors, s.Problems)
		}
	})
}

// TestHistoryEndsWithItsPage drops a page.
func TestHistoryEndsWithItsPage(t *testing.T) {
	var set kinds.Signals
	p := weak.Make(Page(PageMetrics(new(Metrics)), PageSet("test", &set, new(Metrics))).(*page))
	for range 100 {
		runtime.GC()
		if p.Value() == nil {
			return
		}
		time.Sleep(time.Millisecond)
	}
	t.Error("the page is kept")
}
