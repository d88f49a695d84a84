// Crash kills programs that send in transactions and hear after the commit, and the
// server between them, by kill -9, and compares what was committed with what was heard.
//
//	go run ./crash                     # all of them, about three minutes
//	go run ./crash postgres worker     # the process that hears dies ten times
//	go run ./crash postgres server     # PostgreSQL dies five times
//	go run ./crash postgres program    # a process that sends and hears dies ten times
//	go run ./crash sqlite worker
//	go run ./crash sqlite program
//
// Each makes 10,000 transactions, 500 a second. Each stores an order and sends a
// signal, and every tenth is rolled back. The table of orders says in the end which
// were committed, even if the sender has not heard so. Crash prints a table, and exits
// with 1 if an order was committed whose signal was not heard, if a signal was heard
// whose order was rolled back, or if those of one customer were not heard in order the
// first time.
//
// Signals that were heard more than once are counted. They are not a fault: the process
// died, or the server, before it was known that they had been heard.
//
// PostgreSQL runs on a port of its own with a temporary folder. With -update the table
// is written into RESULTS.md too.
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

// A plan says how much is sent and how often something dies.
type plan struct {
	count, rate    int
	kills, crashes int           // of processes, and of the server
	lease          time.Duration // after which others get what a process that has died had in hand
}

func main() {
	if act() {
		return
	}
	var p plan
	flag.IntVar(&p.count, "count", 10000, "transactions")
	flag.IntVar(&p.rate, "rate", 500, "transactions a second")
	flag.IntVar(&p.kills, "kills", 10, "how often a process is killed")
	flag.IntVar(&p.crashes, "crashes", 5, "how often PostgreSQL is killed")
	flag.DurationVar(&p.lease, "lease", 2*time.Second, "see sqlbridge.Lease")
	update := flag.Bool("update", false, "write the table into RESULTS.md")
	flag.Parse()
	if err := run(context.Background(), p, *update, flag.Arg(0), flag.Arg(1)); err != nil {
		fmt.Fprintln(os.Stderr, "crash:", err)
		os.Exit(1)
	}
}

// run plays the scenarios of that database and that name; all of them for "".
func run(ctx context.Context, p plan, update bool, database, name string) error {
	t := results.Table{header}
	var lost error
	for _, s := range scenarios {
		if database != "" && database != s.database || name != "" && name != s.name {
			continue
		}
		o, err := s.play(ctx, p)
		if err != nil {
			return fmt.Errorf("%v: %w", s, err)
		}
		t = append(t, append([]string{s.database, s.victim(p)}, o.row()...))
		lost = errors.Join(lost, o.fault())
	}
	text := t.String()
	fmt.Print(text)
	if update {
		text = fmt.Sprintf("%d transactions, %d a second, with a lease of %v.\n\n%s", p.count, p.rate, p.lease, text)
		lost = errors.Join(lost, results.Write("RESULTS.md", "Killed by kill -9", "go -C bridge/sql/trials run ./crash -update", text))
	}
	return lost
}
