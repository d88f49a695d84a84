package graph

import (
	"context"

	"github.com/signalgen/signalgen/topology"
)

// Shop returns the model of examples/shop, whose path is dir.
func Shop(ctx context.Context, dir string) (*topology.Model, error) {
	return topology.Load(ctx, topology.Options{Dir: dir, Patterns: []string{"./..."}})
}
