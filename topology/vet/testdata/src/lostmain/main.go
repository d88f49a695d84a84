// Lostmain has signals of its own.
package main

import (
	"context"
	"errors"
)

// Started has receivers that always agree.
//
//signalgen:signal
type Started struct{}

// Stopped has one that refuses.
//
//signalgen:signal
type Stopped struct{}

// Unheard has none.
//
//signalgen:signal
type Unheard struct{}

func main() {
	ConnectStarted(func(context.Context, Started) error {
		return nil
	})
	ConnectStopped(func(context.Context, Stopped) error { return errors.New("still busy") })
	ctx := context.Background()
	SendStarted(ctx, Started{})
	SendStopped(ctx, Stopped{}) // want `the error of SendStopped`
	SendUnheard(ctx, Unheard{}) // want `the error of SendUnheard`
}
