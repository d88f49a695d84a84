package bridge

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"
)

var errRefused = errors.New("refused")

// Delays double up to the most, less at most half of that.
func TestRetryDelay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := retry{
			first: time.Duration(rapid.Int64Range(0, int64(time.Hour)).Draw(t, "first")),
			most:  time.Duration(rapid.Int64Range(0, int64(1000*time.Hour)).Draw(t, "most")),
		}
		full := r.first
		for n := 1; n < 100; n++ {
			if full = min(full, r.most); full < 0 {
				t.Fatal("the model overflows")
			}
			if got := r.delay(n); got < full/2 || got > full {
				t.Fatalf("delay %d: %v, want %v to %v", n, got, full/2, full)
			}
			full *= 2
		}
	})
	if got := (retry{first: -1, most: -1}).delay(1); got != 0 {
		t.Errorf("a negative delay: %v", got)
	}
}

func TestRetry(t *testing.T) {
	for name, test := range map[string]struct {
		attempts int
		errs     []error // of the calls
		calls    int
		want     error
	}{
		"well":           {3, []error{nil}, 1, nil},
		"well at last":   {3, []error{errRefused, errRefused, nil}, 3, nil},
		"never":          {3, []error{errRefused, errRefused, errRefused, nil}, 3, errRefused},
		"once":           {1, []error{errRefused, nil}, 1, errRefused},
		"poison":         {3, []error{errRefused, Poison(errRefused), nil}, 2, errRefused},
		"elsewhere":      {3, []error{retryElsewhere{errRefused}, nil}, 1, errRefused},
		"poison, joined": {3, []error{errors.Join(errRefused, Poison(errRefused)), nil}, 1, errRefused},
	} {
		synctest.Test(t, func(t *testing.T) {
			calls := 0
			err := retry{test.attempts, time.Second, time.Minute}.do(sleeping(t.Context()), func() error {
				calls++
				return test.errs[calls-1]
			})
			if calls != test.calls || !errors.Is(err, test.want) {
				t.Errorf("%s: %d calls, %v, want %d, %v", name, calls, err, test.calls, test.want)
			}
		})
	}
}

func TestRetryEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		calls := 0
		err := retry{9, time.Hour, time.Hour}.do(sleeping(ctx), func() error { calls++; return errRefused })
		if calls != 1 || !errors.Is(err, errRefused) {
			t.Errorf("%d calls, %v", calls, err)
		}
	})
}

func TestPoison(t *testing.T) {
	if Poison(nil) != nil || IsPoison(nil) || IsPoison(errRefused) {
		t.Error("poison where there is none")
	}
	if err := Poison(errRefused); !IsPoison(err) || !errors.Is(err, errRefused) || err.Error() != "refused" {
		t.Errorf("got %v", err)
	}
}

func sleeping(ctx context.Context) func(time.Duration) bool {
	return func(delay time.Duration) bool { return sleep(ctx, delay) }
}
