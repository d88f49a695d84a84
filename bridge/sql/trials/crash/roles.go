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

// What a process is to do, and with what, is in its environment.
const (
	roleVariable  = "CRASH_ROLE"
	urlVariable   = "CRASH_DATABASE"
	heardVariable = "CRASH_HEARD"
	countVariable = "CRASH_COUNT"
	rateVariable  = "CRASH_RATE"
	leaseVariable = "CRASH_LEASE"
)

// allSent is what a process says when all transactions are made.
const allSent = "all sent"

// act plays the role that this process was started for. It returns false if it was
// started for none.
func act() bool {
	role := os.Getenv(roleVariable)
	if role == "" {
		return false
	}
	if err := play(context.Background(), role); err != nil {
		fmt.Fprintln(os.Stderr, "crash:", err)
		os.Exit(1)
	}
	return true
}

// play plays a role until the process is killed, or who has started it is.
func play(ctx context.Context, role string) error {
	db, dialect, err := database.Open(os.Getenv(urlVariable))
	if err != nil {
		return err
	}
	lease, err := time.ParseDuration(os.Getenv(leaseVariable))
	if err != nil {
		return err
	}
	// Of connections that are lost, which is what this is about, nobody is to hear.
	quiet := slog.New(slog.DiscardHandler)
	transport, err := sqlbridge.New(ctx, db, dialect, sqlbridge.Lease(lease), sqlbridge.Logger(quiet))
	if err != nil {
		return err
	}
	if role == "worker" || role == "program" {
		if err := hear(transport); err != nil {
			return err
		}
	}
	fmt.Println("at work")
	if role == "sender" || role == "program" {
		if err := send(ctx, db, transport); err != nil {
			return err
		}
		fmt.Println(allSent)
	}
	_, err = io.Copy(io.Discard, os.Stdin)
	return err
}

// work is how long a receiver is busy before it writes an id, and again after it. So
// at any time some are in its hands that are not written, and some that are but not
// acknowledged.
const work = 3 * time.Millisecond

// hear writes the ids of what it hears to a file.
func hear(transport *sqlbridge.Transport) error {
	out, err := os.OpenFile(os.Getenv(heardVariable), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
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
var errChanged = errors.New("the customer has thought better of it")

// isRolledBack says of which orders a transaction is rolled back.
func isRolledBack(id int) bool { return id%10 == 9 }

// customers is how many have orders. It is a multiple of senders, so that the orders
// of one customer are one sender's.
const (
	customers = 64
	senders   = 8
)

// send makes the transactions that have not been made yet.
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

// sendSome makes those transactions that are one sender's, one after another. It begins
// after the last one that is committed.
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
			time.Sleep(20 * time.Millisecond) // the server has died, and is started again
		}
	}
	return nil
}

// place stores an order and sends its signal, both or neither. If the order is there
// already, it was committed although an error said that the connection was lost.
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
