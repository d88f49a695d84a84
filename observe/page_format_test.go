package observe

import (
	"testing"
	"time"
)

func TestCount(t *testing.T) {
	for n, want := range map[uint64]string{0: "0", 999: "999", 1000: "1,000", 1234567: "1,234,567", 1 << 63: "9,223,372,036,854,775,808"} {
		if got := count(n); got != want {
			t.Errorf("count(%d) = %s, want %s", n, got, want)
		}
	}
}

func TestRate(t *testing.T) {
	for n, want := range map[float64]string{0: "0", 0.04: "0.0", 1.25: "1.2", 9.94: "9.9", 99.5: "100", 12345.6: "12,346"} {
		if got := rate(n); got != want {
			t.Errorf("rate(%v) = %s, want %s", n, got, want)
		}
	}
}

func TestDuration(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0: "", -1: "", 1: "1 ns", 999: "999 ns", 1500: "1.5 µs", 15_000: "15 µs", 1234567: "1.2 ms",
		250 * time.Millisecond: "250 ms", 90 * time.Second: "90 s", 2 * time.Hour: "7,200 s",
	} {
		if got := duration(d); got != want {
			t.Errorf("duration(%d) = %s, want %s", d, got, want)
		}
	}
}

func TestSeconds(t *testing.T) {
	for d, want := range map[time.Duration]string{1234 * time.Millisecond: "1.2s", 12345 * time.Millisecond: "12s", 90 * time.Minute: "1h30m0s"} {
		if got := seconds(d); got != want {
			t.Errorf("seconds(%v) = %s, want %s", d, got, want)
		}
	}
}

func TestSentence(t *testing.T) {
	for doc, want := range map[string]string{
		"": "", "One. Two.": "One.", "No full stop": "No full stop", "Over two\nlines. More.": "Over two lines.", "A\n\nB. C.": "A", "At 1.5 V. It": "At 1.5 V.",
	} {
		if got := sentence(doc); got != want {
			t.Errorf("sentence(%q) = %q, want %q", doc, got, want)
		}
	}
}

func TestAt(t *testing.T) {
	for _, test := range []struct {
		file string
		line int
		want string
	}{{"", 0, ""}, {"a.go", 3, "a.go:3"}, {"/home/ada/shop/order/order.go", 12, "shop/order/order.go:12"}} {
		if got := at(test.file, test.line); got != test.want {
			t.Errorf("at(%q, %d) = %q, want %q", test.file, test.line, got, test.want)
		}
	}
}

// TestPointsStayInTheBox draws the line of any past within the picture.
func TestPointsStayInTheBox(t *testing.T) {
	if got := points([]float64{0, 5, 10}); got != "114,19 116,10 118,1" {
		t.Errorf("found %s", got)
	}
	if got := points(nil); got != "" {
		t.Errorf("found %s", got)
	}
}
