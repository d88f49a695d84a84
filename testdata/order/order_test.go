package order

import (
	"context"
	"errors"
	"testing"
)

func TestNamesStandInErrors(t *testing.T) {
	ConnectPlaced(func(context.Context, Placed) error { return errors.New("closed") })
	ConnectChecking(func(context.Context, string, int) error { return errors.New("too much") })
	ConnectDiscounts(func(context.Context, string) (int, error) { return 0, errors.New("unknown") })
	_, discountErr := SendDiscounts(t.Context(), "c")
	for want, err := range map[string]error{
		"signal order.placed: receiver example.com/signals/order.TestNamesStandInErrors.func1: closed":     SendPlaced(t.Context(), Placed{}),
		"signal order.checking: receiver example.com/signals/order.TestNamesStandInErrors.func2: too much": SendChecking(t.Context(), "id", 1),
		"signal order.discounts: receiver example.com/signals/order.TestNamesStandInErrors.func3: unknown": discountErr,
	} {
		if err.Error() != want {
			t.Errorf("got  %v\nwant %s", err, want)
		}
	}
}
