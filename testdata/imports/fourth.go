package imports

import (
	"context"

	first "example.com/signals/dep/2024/01"
	core "example.com/signals/dep/core/v1"
)

var table struct{ Square [3]int }

// Aliased has a package whose alias is what its path seems to tell, but does not.
//
//signalgen:signal
type Aliased func(ctx context.Context, object core.Object, day first.Day) error
