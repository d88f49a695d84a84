// Package signalgen decouples the parts of a Go program with signals that the
// compiler checks.
//
// A signal is a Go type with a directive:
//
//	// ServerStart is sent once the listener accepts connections.
//	//
//	//signalgen:signal
//	type ServerStart struct {
//		Addr string
//	}
//
// The command [github.com/signalgen/signalgen/cmd/signalgen] generates a typed
// function to connect receivers and one to send:
//
//	server.ConnectServerStart(func(ctx context.Context, data server.ServerStart) error {
//		slog.InfoContext(ctx, "listening", "addr", data.Addr)
//		return nil
//	})
//	err := server.SendServerStart(ctx, server.ServerStart{Addr: ":8080"})
//
// A send looks nothing up by name, boxes nothing into an interface and uses no
// reflection.
//
// Start with these packages:
//
//   - [github.com/signalgen/signalgen/cmd/signalgen] is the command, with the
//     directives that it reads and the names that it generates.
//   - [github.com/signalgen/signalgen/runtime] has what a program uses besides
//     generated code: options, connections, errors, observers, Drain and Close.
//   - [github.com/signalgen/signalgen/signaltest] is for tests.
//   - [github.com/signalgen/signalgen/bridge] carries signals between processes.
//   - [github.com/signalgen/signalgen/observe] shows what signals do while a program runs.
//   - [github.com/signalgen/signalgen/topology] finds out from the source of a program who
//     sends and who hears.
//
// This package has no code.
package signalgen

//go:generate go tool signalgen ./...
