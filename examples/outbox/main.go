// Outbox is a shop that stores orders in a database, and a mailer that receives them through
// the same database. Each order is stored together with its signal in one transaction, so
// that a commit stores both and a rollback neither.
//
//	go run ./examples/outbox                                    # over a new SQLite file
//	go run ./examples/outbox -db postgres://localhost/postgres  # over a PostgreSQL database
//
// The mailer runs in its own process. It is killed while the shop takes orders, and started
// again. In the end the orders are compared with the mails: there is a mail for each order,
// and none for an order that was rolled back.
//
// You can also run a mailer, which writes mails until you interrupt it:
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
	name := flag.String("db", "", "a SQLite file, or the URL of a PostgreSQL database; by default a new file")
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
	return fmt.Errorf("found program %q, wanted mailer", program)
}
