package imports

import . "context"

// Bare has nothing but its ctx, from a package that is imported with a dot.
//
//signalgen:signal
type Bare func(Context, CancelFunc) error
