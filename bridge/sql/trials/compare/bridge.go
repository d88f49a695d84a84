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

// customers is how many keys there are: sqlbridge hands the events of each over in
// order, which the others do for all events or for none.
const customers = 100

// publish has orders sent over a transport, with keys or without.
func publish(transport *sqlbridge.Transport, signals *order.Signals, keys bool) {
	var opts []bridge.PublishOption
	if keys {
		opts = append(opts, bridge.KeyBy(order.Customer))
	}
	bridge.Publish(bridge.New(transport), &signals.Placed, opts...)
}

// receive has hear called with what a member of a group hears.
func receive(transport *sqlbridge.Transport, keys bool, hear func(id int)) (*bridge.Bridge, error) {
	var signals order.Signals
	signals.Placed.Connect(func(_ context.Context, o order.Placed) error {
		hear(o.ID)
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

// A variant is a way to use sqlbridge.
type variant struct{ notify, keys bool }

// bridged is sqlbridge over PostgreSQL. Orders are placed by transactions of pgx.
type bridged struct {
	variant
	url     string
	pool    *pgxpool.Pool
	db      *sql.DB // for what is not in a transaction
	signals order.Signals
}

func openBridge(v variant) func(ctx context.Context, url string) (system, error) {
	return func(ctx context.Context, url string) (system, error) {
		if err := database.Prepare(ctx, url); err != nil {
			return nil, err
		}
		s := &bridged{variant: v, url: url}
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

// connect returns a transport with connections of its own.
func (s *bridged) connect(ctx context.Context) (*sqlbridge.Transport, *sql.DB, error) {
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

func (s *bridged) place(ctx context.Context, orders ...order.Placed) error {
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

// insert stores an order.
func insert(ctx context.Context, tx pgx.Tx, o order.Placed) error {
	_, err := tx.Exec(ctx, "INSERT INTO orders (id, customer) VALUES ($1, $2)", o.ID, o.Customer)
	return err
}

func (s *bridged) work(ctx context.Context, workers int, hear func(id int)) (stop func() error, err error) {
	var stops []func() error
	for range workers {
		transport, db, err := s.connect(ctx)
		if err != nil {
			return nil, err
		}
		b, err := receive(transport, s.keys, hear)
		if err != nil {
			return nil, err
		}
		stops = append(stops, func() error { return errors.Join(b.Close(ctx), transport.Close(), db.Close()) })
	}
	return all(stops), nil
}

// all returns a func that calls all of them.
func all(stops []func() error) func() error {
	return func() error {
		var errs []error
		for _, stop := range stops {
			errs = append(errs, stop())
		}
		return errors.Join(errs...)
	}
}

func (s *bridged) close() error {
	s.pool.Close()
	return s.db.Close()
}

// embedded is sqlbridge over SQLite. One process has one transport.
type embedded struct {
	transports []*sqlbridge.Transport // of the sender, and of the workers
	dbs        []*sql.DB
	signals    order.Signals
}

func openBridgeInOne(ctx context.Context, file string) (system, error) {
	return openEmbedded(ctx, file, 1)
}

func openBridgeInTwo(ctx context.Context, file string) (system, error) {
	return openEmbedded(ctx, file, 2)
}

func openEmbedded(ctx context.Context, file string, processes int) (system, error) {
	if err := database.Prepare(ctx, file); err != nil {
		return nil, err
	}
	s := &embedded{}
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

func (s *embedded) place(ctx context.Context, orders ...order.Placed) error {
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

// insertSQLite stores an order.
func insertSQLite(ctx context.Context, tx *sql.Tx, o order.Placed) error {
	_, err := tx.ExecContext(ctx, "INSERT INTO orders (id, customer) VALUES ($1, $2)", o.ID, o.Customer)
	return err
}

func (s *embedded) work(ctx context.Context, workers int, hear func(id int)) (stop func() error, err error) {
	var stops []func() error
	for range workers {
		b, err := receive(s.transports[len(s.transports)-1], true, hear)
		if err != nil {
			return nil, err
		}
		stops = append(stops, func() error { return b.Close(ctx) })
	}
	return all(stops), nil
}

func (s *embedded) close() (err error) {
	for i, transport := range s.transports {
		err = errors.Join(err, transport.Close(), s.dbs[i].Close())
	}
	return err
}
