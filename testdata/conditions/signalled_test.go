//go:build unix

package conditions

import (
	"context"
	"testing"
)

func TestSignalled(t *testing.T) {
	init, other := &Process{ID: 1}, &Process{ID: 2}
	ConnectSignalledFrom(init, func(_ context.Context, sender *Process, number int) (bool, error) {
		return number == sender.ID, nil
	})
	for _, p := range []*Process{init, other} {
		handled, err := SendSignalled(t.Context(), p, 1)
		if want := p == init; err != nil || len(handled) > 0 != want {
			t.Errorf("from %d: %v, %v", p.ID, handled, err)
		}
	}
}
