// Vet is a checker of your own: the checks of signalgen and one of golang.org/x/tools.
// It takes packages, as go vet does:
//
//	go run ./examples/vet ./examples/...
package main

import (
	"golang.org/x/tools/go/analysis/multichecker"
	"golang.org/x/tools/go/analysis/passes/nilness"

	"github.com/signalgen/signalgen/topology/vet"
)

func main() {
	multichecker.Main(append(vet.Analyzers(), nilness.Analyzer)...)
}
