// Crash kills processes that send in transactions and receive after the commit, or the
// database server, with kill -9, and compares what was committed with what was received.
//
//	go run ./crash                     # all scenarios, about three minutes
//	go run ./crash postgres worker     # kills the process that receives, ten times
//	go run ./crash postgres server     # kills PostgreSQL, five times
//	go run ./crash postgres program    # kills a process that sends and receives, ten times
//	go run ./crash sqlite worker
//	go run ./crash sqlite program
//
// A scenario runs 10,000 transactions, 500 per second. Each stores an order and sends a
// signal, and every tenth is rolled back. In the end the table of orders shows which were
// committed, even where the sender lost its connection. Crash prints a table. It exits with
// 1 if the signal of a committed order was not received, if the signal of an order that was
// rolled back was received, or if the signals of a customer were first received out of
// order.
//
// Signals that were received more than once are counted. That is not an error: a process or
// the server was killed before the result was stored.
//
// PostgreSQL runs on its own port, in a temporary directory. With -update Crash also writes
// the table to RESULTS.md.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"time"

	"github.com/signalgen/signalgen/bridge/sql/trials/internal/results"
)

// A plan says how much is sent, and how often a process is killed.
type plan struct {
	count, rate    int
	kills, crashes int           // of processes, and of the server
	lease          time.Duration // see sqlbridge.Lease
}

func main() {
	if runRole() {
		return
	}
	var p plan
	flag.IntVar(&p.count, "count", 10000, "transactions")
	flag.IntVar(&p.rate, "rate", 500, "transactions per second")
	flag.IntVar(&p.kills, "kills", 10, "how often a process is killed")
	flag.IntVar(&p.crashes, "crashes", 5, "how often PostgreSQL is killed")
	flag.DurationVar(&p.lease, "lease", 2*time.Second, "see sqlbridge.Lease")
	update := flag.Bool("update", false, "write the table to RESULTS.md")
	flag.Parse()
	if err := run(context.Background(), p, *update, flag.Arg(0), flag.Arg(1)); err != nil {
		fmt.Fprintln(os.Stderr, "crash:", err)
		os.Exit(1)
	}
}

// run runs the scenarios of a database and a name; "" means all.
func run(ctx context.Context, p plan, update bool, database, name string) error {
	t := results.Table{header}
	var faults error
	for _, s := range scenarios {
		if database != "" && database != s.database || name != "" && name != s.name {
			continue
		}
		o, err := s.run(ctx, p)
		if err != nil {
			return fmt.Errorf("%v: %w", s, err)
		}
		t = append(t, append([]string{s.database, s.victim(p)}, o.row()...))
		faults = errors.Join(faults, o.fault())
	}
	text := t.String()
	fmt.Print(text)
	if update {
		text = fmt.Sprintf("%d transactions, %d per second, with a lease of %v.\n\n%s", p.count, p.rate, p.lease, text)
		faults = errors.Join(faults, results.Write("RESULTS.md", "Killed by kill -9", "go -C bridge/sql/trials run ./crash -update", text))
	}
	return faults
}
