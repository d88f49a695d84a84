package scopes

import (
	std "context"
	"testing"

	"example.com/signals/dep/a/codec"
)

func TestHeard(t *testing.T) {
	n := 0
	ConnectSent(func(_ std.Context, f codec.Format, i int) error { n += len(f.Name) + i; return nil })
	if err := SendSent(t.Context(), codec.Format{Name: "x"}, 1); err != nil || n != 2 {
		t.Error(n, err)
	}
}
