// Compare stores orders in transactions, with an event each, and hears the events: by
// package sqlbridge, by River and by watermill-sql, by turns over the same server of
// PostgreSQL, and over files of SQLite.
//
//	go run ./compare                                          # over a server of its own
//	go run ./compare -url postgres://localhost:5432/postgres  # over yours, in databases of its own
//	go run ./compare -only "River"                            # those whose names have it
//
// Each sample begins with an empty database. It measures, with 1 and with 4 workers,
// each of which has connections of its own, as a process has:
//
//   - latency: from after the commit to the receiver, when an order is placed every 10
//     milliseconds;
//   - through: events a second, from the first transaction to the last receiver, when 8
//     senders place orders one after another;
//   - backlog: events a second, from the first receiver to the last one, when all
//     orders are placed before a worker begins.
//
// It prints medians, and medians of the ratios to sqlbridge in the same round. With
// -update the table is written into RESULTS.md too.
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
	patience                time.Duration // with each of the three
	only                    string
}

func main() {
	var p plan
	flag.IntVar(&p.rounds, "rounds", 5, "samples of each")
	flag.IntVar(&p.paced, "paced", 200, "orders of a sample whose latency is measured")
	flag.IntVar(&p.through, "through", 2000, "orders of a sample that are sent and heard at the same time")
	flag.IntVar(&p.backlog, "backlog", 4000, "orders of a sample that wait before workers begin")
	flag.DurationVar(&p.patience, "patience", time.Minute, "for each of these")
	flag.StringVar(&p.only, "only", "", "a part of the names of those that are measured")
	url := flag.String("url", "", "of a server of PostgreSQL; without, one is started")
	update := flag.Bool("update", false, "write the table into RESULTS.md")
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
