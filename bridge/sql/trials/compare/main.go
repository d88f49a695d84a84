// Compare stores orders in transactions, each with an event, and receives the events. It
// compares package sqlbridge, River and watermill-sql, in turn over the same PostgreSQL
// server, and over SQLite.
//
//	go run ./compare                                          # starts a server
//	go run ./compare -url postgres://localhost:5432/postgres  # creates databases on this server
//	go run ./compare -only "River"                            # only the contenders with this in their names
//
// Each sample starts with an empty database. It measures with 1 and with 4 workers, which
// have their own connections, as processes would:
//
//   - latency: from the end of the commit to the receiver, with an order every 10
//     milliseconds;
//   - through: events per second, from the first transaction to the last receiver, with 8
//     senders that place one order after another;
//   - backlog: events per second, from the first receiver to the last one, when all orders
//     are placed before the workers start.
//
// It prints medians, and the medians of the ratios to package sqlbridge in the same round.
// With -update it also writes the table to RESULTS.md.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"time"

	"github.com/signalgen/signalgen/bridge/sql/trials/internal/postgres"
)

// A plan says how much is measured.
type plan struct {
	rounds                  int
	paced, through, backlog int
	patience                time.Duration // the timeout of each of the three
	only                    string
}

func main() {
	var p plan
	flag.IntVar(&p.rounds, "rounds", 5, "samples per contender")
	flag.IntVar(&p.paced, "paced", 200, "orders per sample for the latency")
	flag.IntVar(&p.through, "through", 2000, "orders per sample for the throughput")
	flag.IntVar(&p.backlog, "backlog", 4000, "orders per sample for the backlog")
	flag.DurationVar(&p.patience, "patience", time.Minute, "timeout for each of these")
	flag.StringVar(&p.only, "only", "", "measure only contenders with this in their names")
	url := flag.String("url", "", "URL of a PostgreSQL server; by default one is started")
	update := flag.Bool("update", false, "write the table to RESULTS.md")
	flag.Parse()
	if err := run(context.Background(), p, *url, *update); err != nil {
		fmt.Fprintln(os.Stderr, "compare:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, p plan, url string, update bool) (err error) {
	if url == "" {
		server, err := postgres.Start(ctx)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, server.Stop()) }()
		url = server.URL("postgres")
	}
	samples, err := measure(ctx, p, url)
	if err != nil {
		return err
	}
	return report(p, samples, update)
}
