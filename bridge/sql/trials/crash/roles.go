package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strconv"
	"time"

	"github.com/signalgen/signalgen/bridge"
	sqlbridge "github.com/signalgen/signalgen/bridge/sql"
	"github.com/signalgen/signalgen/bridge/sql/trials/internal/database"
	"github.com/signalgen/signalgen/bridge/sql/trials/internal/order"
)

// The environment tells a child process its role and what to work with.
const (
	roleVariable     = "CRASH_ROLE"
	urlVariable      = "CRASH_DATABASE"
	receivedVariable = "CRASH_RECEIVED"
	countVariable    = "CRASH_COUNT"
	rateVariable     = "CRASH_RATE"
	leaseVariable    = "CRASH_LEASE"
)

// allSent is the line that a process prints when it has run all transactions.
const allSent = "all sent"

// runRole runs the role of this process. It returns false if the process has none.
func runRole() bool {
	role := os.Getenv(roleVariable)
	if role == "" {
		return false
	}
	if err := runAs(context.Background(), role); err != nil {
		fmt.Fprintln(os.Stderr, "crash:", err)
		os.Exit(1)
	}
	return true
}

// runAs runs a role until this process or its parent is killed.
func runAs(ctx context.Context, role string) error {
	db, dialect, err := database.Open(os.Getenv(urlVariable))
	if err != nil {
		return err
	}
	lease, err := time.ParseDuration(os.Getenv(leaseVariable))
	if err != nil {
		return err
	}
	// Lost connections are expected.
	quiet := slog.New(slog.DiscardHandler)
	transport, err := sqlbridge.New(ctx, db, dialect, sqlbridge.Lease(lease), sqlbridge.Logger(quiet))
	if err != nil {
		return err
	}
	if role == "worker" || role == "program" {
		if err := receive(transport); err != nil {
			return err
		}
	}
	fmt.Println("ready")
	if role == "sender" || role == "program" {
		if err := send(ctx, db, transport); err != nil {
			return err
		}
		fmt.Println(allSent)
	}
	_, err = io.Copy(io.Discard, os.Stdin)
	return err
}

// work is how long a receiver works before it writes an ID, and again after it, so that at
// any time some deliveries have not been written, and some have been but are not settled.
const work = 3 * time.Millisecond

// receive writes the IDs that it receives to a file.
func receive(transport *sqlbridge.Transport) error {
	out, err := os.OpenFile(os.Getenv(receivedVariable), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	var signals order.Signals
	signals.Placed.Connect(func(_ context.Context, o order.Placed) error {
		time.Sleep(work)
		_, err := fmt.Fprintln(out, o.ID)
		time.Sleep(work)
		return err
	})
	_, err = bridge.Receive(bridge.New(transport), &signals.Placed, bridge.Group("crash"))
	return err
}

// errChanged is why a transaction is rolled back.
var errChanged = errors.New("the customer has changed their mind")

// isRolledBack reports whether the transaction of an order is to be rolled back.
func isRolledBack(id int) bool { return id%10 == 9 }

// The number of customers is a multiple of that of senders, so that one sender sends all
// orders of a customer.
const (
	customers = 64
	senders   = 8
)

// send runs the transactions that have not been committed yet.
func send(ctx context.Context, db *sql.DB, transport *sqlbridge.Transport) error {
	count, err := strconv.Atoi(os.Getenv(countVariable))
	if err != nil {
		return err
	}
	rate, err := strconv.Atoi(os.Getenv(rateVariable))
	if err != nil {
		return err
	}
	var signals order.Signals
	bridge.Publish(bridge.New(transport), &signals.Placed, bridge.KeyBy(order.Customer))
	sent := make(chan error)
	for sender := range senders {
		go func() { sent <- sendSome(ctx, db, &signals, sender, count, rate) }()
	}
	for range senders {
		err = errors.Join(err, <-sent)
	}
	return err
}

// sendSome runs the transactions of one sender, one after another. It starts after the last
// one that is committed.
func sendSome(ctx context.Context, db *sql.DB, signals *order.Signals, sender, count, rate int) error {
	var last sql.NullInt64
	query := fmt.Sprintf("SELECT max(id) FROM orders WHERE id %% %d = %d", senders, sender)
	if err := db.QueryRowContext(ctx, query).Scan(&last); err != nil {
		return err
	}
	next := sender
	if last.Valid {
		next = int(last.Int64) + senders
	}
	tick := time.NewTicker(time.Second * senders / time.Duration(rate))
	defer tick.Stop()
	for id := next; id < count; id += senders {
		<-tick.C
		for {
			err := place(ctx, db, signals, order.New(id, customers))
			if err == nil || errors.Is(err, errChanged) {
				break
			}
			time.Sleep(20 * time.Millisecond) // until the server has been started again
		}
	}
	return nil
}

// place stores an order and sends its signal, both or neither. If the order exists, it was
// committed when the connection was lost.
func place(ctx context.Context, db *sql.DB, signals *order.Signals, o order.Placed) error {
	return sqlbridge.InTx(ctx, db, nil, func(ctx context.Context, tx *sql.Tx) error {
		result, err := tx.ExecContext(ctx, "INSERT INTO orders (id, customer) VALUES ($1, $2) ON CONFLICT DO NOTHING", o.ID, o.Customer)
		if err != nil {
			return err
		}
		if n, err := result.RowsAffected(); err != nil || n == 0 {
			return err
		}
		if err := signals.Placed.Send(ctx, o); err != nil {
			return err
		}
		if isRolledBack(o.ID) {
			return errChanged
		}
		return nil
	})
}
