package bridge

import (
	"math/big"
	"net/netip"
	"testing"
	"time"
)

type color string

type point struct{ X, Y int }

func TestKeyOf(t *testing.T) {
	for _, test := range []struct {
		sender any
		want   string
	}{
		{nil, ""},
		{(*point)(nil), ""},
		{"bob", "bob"},
		{color("red"), "red"},
		{7, "7"},
		{true, "true"},
		{point{1, 2}, `{"X":1,"Y":2}`},
		{&point{1, 2}, `{"X":1,"Y":2}`},
		{[2]string{"a", "b"}, `["a","b"]`},
		{netip.MustParseAddr("10.0.0.1"), "10.0.0.1"},
		{big.NewInt(12), "12"},
		{time.Second, "1s"},
	} {
		if got, err := keyOf(test.sender); err != nil || got != test.want {
			t.Errorf("%#v: got %q, %v, want %q", test.sender, got, err, test.want)
		}
	}
	if _, err := keyOf(make(chan int)); err == nil {
		t.Error("a channel has a key")
	}
}
