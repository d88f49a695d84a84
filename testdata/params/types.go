package params

import "context"

// T is called like the type parameter of a weak connect.
//
//signalgen:signal
type T struct{ N int }

// Typed has a parameter of that type.
//
//signalgen:signal
type Typed func(ctx context.Context, receiver T, args *T, sender int)
