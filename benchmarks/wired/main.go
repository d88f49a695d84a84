// Wired is a program that is wired with receivers, for benchmarks:
//
//	go test -bench . -count 10 ./wired
package main

import (
	"context"
	"fmt"

	"github.com/signalgen/signalgen/benchmarks/wired/receivers"
	"github.com/signalgen/signalgen/benchmarks/wired/signals"
)

//go:generate go run github.com/signalgen/signalgen/cmd/signalgen ./...
//go:generate go run github.com/signalgen/signalgen/cmd/signalgen wire ./...

func main() {
	if err := signals.SendHundred(context.Background(), signals.Payload{N: 1}); err != nil {
		fmt.Println(err)
	}
	fmt.Println(receivers.Count, "receivers")
}
