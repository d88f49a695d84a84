// Package ctx has receivers that pass on their ctx, or another.
package ctx

import (
	"context"
	"errors"
	"time"

	"example.com/vet/src/order"
	"github.com/signalgen/signalgen/runtime"
)

func save(ctx context.Context, id int) error { return ctx.Err() }

func init() {
	order.ConnectPlaced(func(ctx context.Context, data order.Placed) error {
		_ = order.SendChecking(context.Background(), data.ID) // want `this receiver has a ctx but uses context.Background: deadline, cancellation and trace end here; pass on its ctx, or context.WithoutCancel of it`
		return save(context.TODO(), data.ID)                  // want `context.TODO`
	})
	order.ConnectPlaced(func(_ context.Context, data order.Placed) error {
		return save(context.Background(), data.ID) // want `context.Background`
	})
	order.ConnectChecking(check)
	order.ConnectChecking(new(keeper).check, runtime.Async(1, runtime.Block))
	order.ConnectPlacedWeak(new(keeper), (*keeper).place)
}

func check(ctx context.Context, id int) error {
	background := context.Background()
	func() {
		_ = save(background, id) // want `context.Background`
	}()
	named := context.WithValue(context.Background(), key{}, id)       // want `context.Background`
	later, cancel := context.WithTimeout(context.TODO(), time.Second) // want `context.TODO`
	defer cancel()
	return errors.Join(save(named, id), save(later, id))
}

type key struct{}

type keeper struct{}

func (*keeper) check(ctx context.Context, id int) error {
	return save(context.Background(), id) // want `context.Background`
}

func (*keeper) place(_ context.Context, data order.Placed) error {
	ctx := context.Background()
	return save(ctx, data.ID) // want `context.Background`
}

func (*keeper) noReceiver(ctx context.Context, id int) error { return save(context.Background(), id) }

// All of these mean it.
func init() {
	order.ConnectPlaced(func(ctx context.Context, data order.Placed) error {
		_ = save(ctx, data.ID)
		_ = save(context.WithoutCancel(ctx), data.ID)
		timed, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		_ = save(timed, data.ID)
		defer save(context.Background(), data.ID)
		defer func() { _ = save(context.Background(), data.ID) }()
		go save(context.Background(), data.ID)
		go func() { _ = save(context.Background(), data.ID) }()
		time.AfterFunc(time.Second, func() { _ = save(context.Background(), data.ID) })
		if ctx.Err() != nil {
			return save(context.Background(), data.ID)
		}
		if err := save(ctx, data.ID); errors.Is(err, context.Canceled) {
			return save(context.Background(), data.ID)
		}
		select {
		case <-ctx.Done():
			_ = save(context.Background(), data.ID)
		default:
		}
		run(func(ctx context.Context) error { return save(context.Background(), data.ID) })
		return save(program, data.ID)
	})
	order.ConnectChecking(func(context.Context, int) error { return nil })
	order.ConnectChecking(func(ctx context.Context, id int) error { return save(ctx, id) })
}

var program = context.Background()

func run(func(context.Context) error) {}
