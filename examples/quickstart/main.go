// Quickstart runs a server. Two receivers log its start and stop. The server knows
// nothing about them.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/signalgen/signalgen/examples/quickstart/server"
)

func main() {
	server.ConnectServerStart(logStart)
	server.ConnectServerStop(logStop)

	if err := server.Run(context.Background(), ":8080", []string{"/", "/about"}); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func logStart(_ context.Context, data server.ServerStart) error {
	fmt.Println("log: started on", data.Addr)
	return nil
}

func logStop(_ context.Context, data server.ServerStop) error {
	fmt.Println("log: stopped after", data.Served, "requests")
	return nil
}
