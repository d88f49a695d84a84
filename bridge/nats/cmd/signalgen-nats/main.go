package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"strings"
)

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

// The exit codes.
const (
	exitDone   = 0
	exitFailed = 1
	exitUsage  = 2
)

// run is the command without the process around it. It returns the exit code.
func run(args []string, stdout, stderr io.Writer) int {
	call, err := parse(args)
	switch {
	case errors.Is(err, flag.ErrHelp) || err == nil && call.verb == "help":
		_, _ = io.WriteString(stdout, help[call.topic()])
		return exitDone
	case err != nil:
		complain(stderr, err)
		return exitUsage
	case call.verb == "version":
		_, _ = fmt.Fprintln(stdout, "signalgen-nats", version())
		return exitDone
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	context.AfterFunc(ctx, stop) // a second interrupt ends the process
	ctx, cancel := context.WithTimeoutCause(ctx, call.timeout, fmt.Errorf("not done within %v; see -timeout", call.timeout))
	defer cancel()

	s, err := call.server.open(ctx)
	if err == nil {
		defer s.close()
		err = verbs[call.verb](call, ctx, s, stdout)
	}
	if err != nil {
		if cause := context.Cause(ctx); cause != nil && !errors.Is(err, cause) {
			err = errors.Join(err, cause)
		}
		complain(stderr, err)
		return exitFailed
	}
	return exitDone
}

// complain prints an error, which may have several lines.
func complain(stderr io.Writer, err error) {
	for line := range strings.SplitSeq(err.Error(), "\n") {
		_, _ = fmt.Fprintf(stderr, "signalgen-nats: %s\n", printable(line))
	}
}

// version is the module's version as the go command has built it in.
func version() string {
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "(devel)"
}
