package boxes

import (
	"testing"

	"example.com/signals/order"
)

func TestConnectReceivers(t *testing.T) {
	one, two := &Box[int]{Value: 7}, &Box[string]{Value: "a"}
	one.ConnectReceivers()
	one.ConnectReceivers() // once is enough
	two.ConnectReceivers()
	if err := order.SendPlaced(t.Context(), order.Placed{ID: "3"}); err != nil {
		t.Error(err)
	}
	if one.Heard != 1 || two.Heard != 1 {
		t.Errorf("heard %d and %d times, want once", one.Heard, two.Heard)
	}
}
