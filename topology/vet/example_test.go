package vet_test

import (
	"context"
	"fmt"
	"os"

	"github.com/signalgen/signalgen/topology"
	"github.com/signalgen/signalgen/topology/vet"
)

// The program ignores what receivers return.
func Example() {
	_ = os.Setenv("GOWORK", "off") // the package is in a module of its own
	findings, _, err := vet.Run(context.Background(), topology.Options{Dir: "testdata", Patterns: []string{"./src/lostmain"}})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, f := range findings {
		fmt.Println(f)
	}
	// Output:
	// src/lostmain/main.go:22:6: lostmain.Unheard is sent, but nothing in example.com/vet/src/lostmain receives it; sent by lostmain.main (src/lostmain/main.go:32) (unheard)
	// src/lostmain/main.go:31:2: the error of SendStopped is discarded, and a receiver can refuse; return it, log it, or assign it to _ (lost)
	// src/lostmain/main.go:32:2: the error of SendUnheard is discarded, and a receiver can refuse; return it, log it, or assign it to _ (lost)
}
