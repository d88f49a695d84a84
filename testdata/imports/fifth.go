package imports

import (
	"context"

	first "example.com/signals/dep/2024/02"
	. "example.com/signals/dep/shapes"
)

// Numbered has a package whose alias another file gives to another one, and a
// path that tells no name. Square is a field here, and a type.
//
//signalgen:signal
type Numbered func(ctx context.Context, day first.Day, sides [len(table.Square)]Square) error

// Grouped has a type parameter with the name of a type that a dot import brings,
// and another one that is made of it.
//
//signalgen:signal
type Grouped[Square any, squares ~[]Square] func(ctx context.Context, all squares, first Square) error
