// Package ignored silences checks.
package ignored

import (
	"context"

	"example.com/vet/src/order"
)

func trailing(ctx context.Context) {
	order.SendPlaced(ctx, order.Placed{}) //signalgen:ignore lost nobody refuses
}

func above(ctx context.Context) {
	//signalgen:ignore lost nobody refuses
	order.SendPlaced(ctx, order.Placed{})

	//signalgen:ignore lost nobody refuses
	// and this says why.
	order.SendPlaced(ctx, order.Placed{})
}

// declaration sends more than once.
//
//signalgen:ignore lost nobody refuses
func declaration(ctx context.Context) {
	order.SendPlaced(ctx, order.Placed{})
	order.SendPlaced(ctx, order.Placed{})
}

func useless(ctx context.Context) {
	//signalgen:ignore lost it is looked at // want `//signalgen:ignore lost silences nothing; delete it`
	_ = order.SendPlaced(ctx, order.Placed{})

	order.SendPlaced(ctx, order.Placed{}) //signalgen:ignore leak of another check // want `//signalgen:ignore leak silences nothing; delete it`
	order.SendPlaced(ctx, order.Placed{}) //signalgen:ignore lost // want `//signalgen:ignore lost gives no reason; wanted it after the check`
	order.SendPlaced(ctx, order.Placed{}) //signalgen:ignore // want `//signalgen:ignore names no check; wanted //signalgen:ignore CHECK reason`
	order.SendPlaced(ctx, order.Placed{}) //signalgen:ignore lots of them // want `//signalgen:ignore names no check: found lots; wanted one of ctx, cycle, leak`
}

// program is looked at by the checks of the whole program.
//
//signalgen:ignore unheard others hear it
func program() {}
