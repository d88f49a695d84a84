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
