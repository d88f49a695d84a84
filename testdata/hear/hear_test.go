package hear

import (
	"errors"
	"slices"
	"testing"

	"example.com/signals/order"
)

func TestConnectReceivers(t *testing.T) {
	funcs := ConnectReceivers()
	(&Listener{"l"}).ConnectReceivers()
	if err := order.SendPlaced(t.Context(), order.Placed{ID: "3"}); err != nil {
		t.Error(err)
	}
	SendTold(t.Context(), 1, 2)
	cause := errors.New("cause")
	if err := SendFailed(t.Context(), cause); !errors.Is(err, cause) {
		t.Errorf("error %v", err)
	}
	want := []string{
		"exact 3", "no error 3", "bare 3", "no context 3", "first", "l: placed 3",
		"context", "1 + 2", "l: told 1",
		"context",
	}
	if !slices.Equal(Heard, want) {
		t.Errorf("heard\n%q\nwant\n%q", Heard, want)
	}
	funcs.Disconnect()
	if n := len(order.DefaultSignals.Placed.Receivers()); n != 1 {
		t.Errorf("%d receivers, want that of the method", n)
	}
}
