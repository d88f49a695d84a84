// Program is wired.
package main

import (
	"context"
	"fmt"
	"os"

	"example.com/signals/hear"
	"example.com/signals/order"
)

// done is sent at the end.
//
//signalgen:signal
type done struct{}

//signalgen:receiver
func announce(done) { hear.Heard = append(hear.Heard, "done") }

//signalgen:receiver
func count(ctx context.Context, _ done) error {
	_, err := fmt.Println(len(hear.Heard), ctx.Err())
	return err
}

func main() {
	ctx := context.Background()
	connectReceivers(&hear.Listener{Name: "listener"})
	if err := run(ctx); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	if err := order.SendPlaced(ctx, order.Placed{ID: "1"}); err != nil {
		return err
	}
	hear.SendTold(ctx, 1, 2)
	return sendDone(ctx, done{})
}
