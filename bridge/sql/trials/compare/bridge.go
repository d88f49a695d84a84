package main

import (
	"context"
	"database/sql"
	"errors"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/signalgen/signalgen/bridge"
	sqlbridge "github.com/signalgen/signalgen/bridge/sql"
	pgxbridge "github.com/signalgen/signalgen/bridge/sql/pgx"
	"github.com/signalgen/signalgen/bridge/sql/trials/internal/database"
	"github.com/signalgen/signalgen/bridge/sql/trials/internal/order"
)

// customers is the number of keys. Package sqlbridge delivers the events of each key in
// order; the others do so for all events or for none.
const customers = 100

// publish connects a signal to a transport, with keys or without.
func publish(transport *sqlbridge.Transport, signals *order.Signals, keys bool) {
	var opts []bridge.PublishOption
	if keys {
		opts = append(opts, bridge.KeyBy(order.Customer))
	}
	bridge.Publish(bridge.New(transport), &signals.Placed, opts...)
}

// receive starts a member of the group, which calls receiver with the IDs of orders.
func receive(transport *sqlbridge.Transport, keys bool, receiver func(id int)) (*bridge.Bridge, error) {
	var signals order.Signals
	signals.Placed.Connect(func(_ context.Context, o order.Placed) error {
		receiver(o.ID)
		return nil
	})
	b := bridge.New(transport)
	opts := []bridge.ReceiveOption{bridge.Group("compare")}
	if !keys {
		opts = append(opts, bridge.Unordered())
	}
	_, err := bridge.Receive(b, &signals.Placed, opts...)
	return b, err
}

// A variant is a way to use package sqlbridge.
type variant struct{ notify, keys bool }

// A bridgeSystem is package sqlbridge over PostgreSQL. Orders are placed in transactions of
// pgx.
type bridgeSystem struct {
	variant
	url     string
	pool    *pgxpool.Pool
	db      *sql.DB // of the transport
	signals order.Signals
}

func openBridge(v variant) func(ctx context.Context, url string) (system, error) {
	return func(ctx context.Context, url string) (system, error) {
		if err := database.Prepare(ctx, url); err != nil {
			return nil, err
		}
		s := &bridgeSystem{variant: v, url: url}
		transport, db, err := s.connect(ctx)
		if err != nil {
			return nil, err
		}
		s.db = db
		publish(transport, &s.signals, s.keys)
		s.pool, err = pgxpool.New(ctx, url)
		return s, err
	}
}

// connect returns a transport with its own connections.
func (s *bridgeSystem) connect(ctx context.Context) (*sqlbridge.Transport, *sql.DB, error) {
	db, dialect, err := database.Open(s.url)
	if err != nil {
		return nil, nil, err
	}
	var opts []sqlbridge.Option
	if s.notify {
		opts = append(opts, sqlbridge.Notify(pgxbridge.Listener(func(ctx context.Context) (*pgx.Conn, error) {
			return pgx.Connect(ctx, s.url)
		})))
	}
	transport, err := sqlbridge.New(ctx, db, dialect, opts...)
	return transport, db, err
}

func (s *bridgeSystem) place(ctx context.Context, orders ...order.Placed) error {
	return pgxbridge.InTx(ctx, s.pool, pgx.TxOptions{}, func(ctx context.Context, tx pgx.Tx) error {
		for _, o := range orders {
			if err := insert(ctx, tx, o); err != nil {
				return err
			}
			if err := s.signals.Placed.Send(ctx, o); err != nil {
				return err
			}
		}
		return nil
	})
}

// insert inserts an order.
func insert(ctx context.Context, tx pgx.Tx, o order.Placed) error {
	_, err := tx.Exec(ctx, "INSERT INTO orders (id, customer) VALUES ($1, $2)", o.ID, o.Customer)
	return err
}

func (s *bridgeSystem) work(ctx context.Context, workers int, receiver func(id int)) (stop func() error, err error) {
	var stops []func() error
	for range workers {
		transport, db, err := s.connect(ctx)
		if err != nil {
			return nil, err
		}
		b, err := receive(transport, s.keys, receiver)
		if err != nil {
			return nil, err
		}
		stops = append(stops, func() error { return errors.Join(b.Close(ctx), transport.Close(), db.Close()) })
	}
	return all(stops), nil
}

// all returns a func that calls all funcs.
func all(stops []func() error) func() error {
	return func() error {
		var errs []error
		for _, stop := range stops {
			errs = append(errs, stop())
		}
		return errors.Join(errs...)
	}
}

func (s *bridgeSystem) close() error {
	s.pool.Close()
	return s.db.Close()
}

// A bridgeSQLite is package sqlbridge over SQLite, with one transport per process.
type bridgeSQLite struct {
	transports []*sqlbridge.Transport // of the sender, and of the workers
	dbs        []*sql.DB
	signals    order.Signals
}

func openBridgeInOne(ctx context.Context, file string) (system, error) {
	return openBridgeSQLite(ctx, file, 1)
}

func openBridgeInTwo(ctx context.Context, file string) (system, error) {
	return openBridgeSQLite(ctx, file, 2)
}

func openBridgeSQLite(ctx context.Context, file string, processes int) (system, error) {
	if err := database.Prepare(ctx, file); err != nil {
		return nil, err
	}
	s := &bridgeSQLite{}
	for range processes {
		db, dialect, err := database.Open(file)
		if err != nil {
			return nil, err
		}
		transport, err := sqlbridge.New(ctx, db, dialect)
		if err != nil {
			return nil, err
		}
		s.transports, s.dbs = append(s.transports, transport), append(s.dbs, db)
	}
	publish(s.transports[0], &s.signals, true)
	return s, nil
}

func (s *bridgeSQLite) place(ctx context.Context, orders ...order.Placed) error {
	return sqlbridge.InTx(ctx, s.dbs[0], nil, func(ctx context.Context, tx *sql.Tx) error {
		for _, o := range orders {
			if err := insertSQLite(ctx, tx, o); err != nil {
				return err
			}
			if err := s.signals.Placed.Send(ctx, o); err != nil {
				return err
			}
		}
		return nil
	})
}

// insertSQLite inserts an order.
func insertSQLite(ctx context.Context, tx *sql.Tx, o order.Placed) error {
	_, err := tx.ExecContext(ctx, "INSERT INTO orders (id, customer) VALUES ($1, $2)", o.ID, o.Customer)
	return err
}

func (s *bridgeSQLite) work(ctx context.Context, workers int, receiver func(id int)) (stop func() error, err error) {
	var stops []func() error
	for range workers {
		b, err := receive(s.transports[len(s.transports)-1], true, receiver)
		if err != nil {
			return nil, err
		}
		stops = append(stops, func() error { return b.Close(ctx) })
	}
	return all(stops), nil
}

func (s *bridgeSQLite) close() (err error) {
	for i, transport := range s.transports {
		err = errors.Join(err, transport.Close(), s.dbs[i].Close())
	}
	return err
}
