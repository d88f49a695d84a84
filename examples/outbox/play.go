package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/signalgen/signalgen/examples/outbox/mailer"
	"github.com/signalgen/signalgen/examples/outbox/order"
	"github.com/signalgen/signalgen/examples/outbox/shop"
)

// The number of orders, and the number of orders and mails after which the mailer is killed.
const (
	count       = 1000
	afterOrders = 600
	afterMails  = 300
)

// play takes orders while a mailer runs, is killed and is started again, and then compares
// orders and mails.
func play(ctx context.Context, d *database, name string) error {
	if err := d.createOrders(ctx); err != nil {
		return err
	}
	mailers := mailers{database: name, written: make(map[int]int), enough: make(chan struct{})}
	defer mailers.kill()
	if err := mailers.start(ctx); err != nil {
		return err
	}
	if err := takeOrders(ctx, d, &mailers); err != nil {
		return err
	}
	if err := d.drained(ctx, mailers.read); err != nil {
		return err
	}
	if err := mailers.stop(); err != nil {
		return err
	}
	taken, err := d.orders(ctx)
	if err != nil {
		return err
	}
	return compare(taken, mailers.written)
}

// takeOrders takes orders. Every tenth is rolled back.
func takeOrders(ctx context.Context, d *database, mailers *mailers) error {
	s := shop.Open(d.db, d.transport)
	for id := 1; id <= count; id++ {
		pay := func() error { return nil }
		if id%10 == 0 {
			pay = func() error { return shop.ErrChanged }
		}
		o := order.Placed{ID: id, Customer: []string{"Ada", "Bob", "Cleo"}[id%3], Item: []string{"chair", "lamp"}[id%2]}
		if err := s.Take(ctx, o, pay); err != nil && !errors.Is(err, shop.ErrChanged) {
			return err
		}
		if id == afterOrders {
			if err := mailers.replace(ctx); err != nil {
				return err
			}
		}
	}
	return s.Close(ctx)
}

// drained waits until the mailer has received all signals. ended is closed when the mailer
// has exited.
func (d *database) drained(ctx context.Context, ended <-chan struct{}) error {
	var signals order.Signals
	for {
		lag, err := d.transport.Lag(ctx, signals.Placed.Name(), mailer.Group)
		if err != nil || lag.Waiting+lag.InFlight == 0 {
			return err
		}
		select {
		case <-time.After(100 * time.Millisecond):
		case <-ended:
			return errEnded
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// compare prints the numbers of orders and mails, and returns an error if they do not match.
// mails has the number of mails for each order.
func compare(taken []int, mails map[int]int) error {
	missing, again, ghosts := 0, 0, len(mails)
	for _, id := range taken {
		if n := mails[id]; n > 0 {
			again += n - 1
			ghosts--
		} else {
			missing++
		}
	}
	fmt.Printf("%4d orders were taken, and %d rolled back\n", len(taken), count-len(taken))
	fmt.Printf("%4d of them have a mail\n", len(taken)-missing)
	fmt.Printf("%4d have no mail\n", missing)
	fmt.Printf("%4d mails were for orders that were rolled back\n", ghosts)
	fmt.Printf("%4d mails were written again, because the mailer was killed before it could record them\n", again)
	if missing > 0 || ghosts > 0 {
		return errors.New("orders and mails do not match")
	}
	return nil
}
