// Package shop takes orders.
package shop

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/signalgen/signalgen/bridge"
	sqlbridge "github.com/signalgen/signalgen/bridge/sql"
	"github.com/signalgen/signalgen/examples/outbox/order"
)

// A Shop stores orders in a database, and sends their signals through the same database.
type Shop struct {
	db      *sql.DB
	bridge  *bridge.Bridge
	signals order.Signals
}

// Open opens a shop. The transport must be over db.
func Open(db *sql.DB, transport bridge.Transport) *Shop {
	s := &Shop{db: db, bridge: bridge.New(transport, bridge.Source("shop"))}
	bridge.Publish(s.bridge, &s.signals.Placed, bridge.KeyBy(func(o order.Placed) string { return o.Customer }))
	return s
}

// Close closes the shop.
func (s *Shop) Close(ctx context.Context) error { return s.bridge.Close(ctx) }

// ErrChanged says that the customer has changed their mind about an order.
var ErrChanged = errors.New("the customer has changed their mind")

// Take takes an order: it stores the order and sends its signal, or neither if pay returns an
// error.
func (s *Shop) Take(ctx context.Context, o order.Placed, pay func() error) error {
	err := sqlbridge.InTx(ctx, s.db, nil, func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, "INSERT INTO outbox_example_orders (id, customer, item) VALUES ($1, $2, $3)", o.ID, o.Customer, o.Item)
		if err != nil {
			return err
		}
		if err := s.signals.Placed.Send(ctx, o); err != nil { // stored with the order
			return err
		}
		return pay() // an error rolls back both
	})
	if err != nil {
		return fmt.Errorf("order %d: %w", o.ID, err)
	}
	return nil
}
