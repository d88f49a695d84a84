package imports

import (
	"context"
	. "time"

	"example.com/signals/dep/b/codec"
	ours "example.com/signals/dep/context"
	. "example.com/signals/dep/shapes"
	clock "time"
)

// Other has the other package named codec.
//
//signalgen:signal
type Other func(ctx context.Context, f codec.Format, at clock.Time) error

// Dotted has types of packages that are imported with a dot, and one of its own.
//
//signalgen:signal
type Dotted func(ctx context.Context, wait Duration, sides map[Square][]Circle, own Own, field struct{ Square int }) error

// Placed has a package named context.
//
//signalgen:signal
type Placed func(ctx context.Context, at ours.Place) error

// Own is declared here.
type Own int

// signalgenruntime has the name that the output might give to an import.
var signalgenruntime = 1
