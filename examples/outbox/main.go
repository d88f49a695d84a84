// Outbox is a shop that stores orders in a database and tells a mailer of them through
// the same database. Each order and the signal that tells of it are stored in one
// transaction: both are there after it is committed, and neither if it is rolled back.
//
//	go run ./examples/outbox                                    # over a new file of SQLite
//	go run ./examples/outbox -db postgres://localhost/postgres  # over a database of PostgreSQL
//
// The mailer is a process of its own. It is killed while the shop takes orders, and
// started again. In the end the orders are compared with the mails: each order has
// its mail, and nobody was written to whose order was rolled back.
//
// A mailer that you run yourself writes what it hears until you interrupt it:
//
//	go run ./examples/outbox -db postgres://localhost/postgres mailer
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"

	"github.com/signalgen/signalgen/examples/outbox/mailer"
)

func main() {
	name := flag.String("db", "", "a file for SQLite, or the URL of a database of PostgreSQL; a new file without")
	flag.Parse()
	if err := run(*name, flag.Arg(0)); err != nil {
		fmt.Fprintln(os.Stderr, "outbox:", err)
		os.Exit(1)
	}
}

func run(name, program string) (err error) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if name == "" {
		dir, err := os.MkdirTemp("", "outbox-")
		if err != nil {
			return err
		}
		defer func() { _ = os.RemoveAll(dir) }()
		name = filepath.Join(dir, "shop.db")
	}
	d, err := open(ctx, name)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.close()) }()
	switch program {
	case "":
		return play(ctx, d, name)
	case "mailer":
		return mailer.Run(ctx, d.transport)
	}
	return fmt.Errorf("no program %q: there is mailer", program)
}
