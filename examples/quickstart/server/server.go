// Package server has a server that sends a signal when it starts and one when it
// stops.
package server

import (
	"context"
	"fmt"
)

// ServerStart is sent before the first request is served. An error keeps the
// server from starting.
//
//signalgen:signal
type ServerStart struct {
	Addr string
}

// ServerStop is sent after the last request was served.
//
//signalgen:signal
type ServerStop struct {
	Served int
}

// Run serves the requests and returns.
func Run(ctx context.Context, addr string, requests []string) error {
	if err := SendServerStart(ctx, ServerStart{Addr: addr}); err != nil {
		return fmt.Errorf("starting: %w", err)
	}
	for _, request := range requests {
		fmt.Println("server: GET", request)
	}
	return SendServerStop(ctx, ServerStop{Served: len(requests)})
}
