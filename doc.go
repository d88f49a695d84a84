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
// Nothing is looked up by name, boxed into an interface or reflected upon when
// a signal is sent.
//
// The other packages are documented where they are:
//
//   - [github.com/signalgen/signalgen/cmd/signalgen] is the command, with the
//     directives that it reads and the names that it generates.
//   - [github.com/signalgen/signalgen/runtime] has what a program uses besides
//     generated code: options, connections, errors, observers, Drain and Close.
//   - [github.com/signalgen/signalgen/signaltest] is for tests.
//   - [github.com/signalgen/signalgen/bridge] carries signals between processes.
//   - [github.com/signalgen/signalgen/topology] tells who sends and who hears, from the
//     source of a program.
//
// This package holds no code.
package signalgen

//go:generate go tool signalgen ./...
