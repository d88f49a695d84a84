package main

import (
	"context"
	"database/sql"
	"errors"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/riverdriver/riversqlite"
	"github.com/riverqueue/river/rivermigrate"

	"github.com/signalgen/signalgen/bridge/sql/trials/internal/database"
	"github.com/signalgen/signalgen/bridge/sql/trials/internal/order"
)

// fastest is the least cooldown between two fetches. River's default is 100 ms.
const fastest = river.FetchCooldownMin

// inHand is how many jobs a client works at the same time: as many as a subscription
// of a bridge.
const inHand = 64

// placed is an order as an argument of a job.
type placed order.Placed

func (placed) Kind() string { return "placed" }

// worker hears of orders.
type worker struct {
	river.WorkerDefaults[placed]

	hear func(id int)
}

func (w *worker) Work(_ context.Context, job *river.Job[placed]) error {
	w.hear(job.Args.ID)
	return nil
}

// configuration returns that of a client that hears.
func configuration(cooldown time.Duration, hear func(id int)) *river.Config {
	workers := river.NewWorkers()
	river.AddWorker(workers, &worker{hear: hear})
	return &river.Config{
		Queues:        map[string]river.QueueConfig{river.QueueDefault: {MaxWorkers: inHand}},
		Workers:       workers,
		FetchCooldown: cooldown,
		Logger:        slog.New(slog.DiscardHandler),
	}
}

// quietly is the configuration of a client that sends.
func quietly() *river.Config { return &river.Config{Logger: slog.New(slog.DiscardHandler)} }

// migrate makes River's tables.
func migrate[TTx any](ctx context.Context, driver riverdriver.Driver[TTx]) error {
	migrator, err := rivermigrate.New(driver, &rivermigrate.Config{Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		return err
	}
	_, err = migrator.Migrate(ctx, rivermigrate.DirectionUp, nil)
	return err
}

// jobs returns what a client inserts for orders.
func jobs(orders []order.Placed) (jobs []river.InsertManyParams) {
	for _, o := range orders {
		jobs = append(jobs, river.InsertManyParams{Args: placed(o)})
	}
	return jobs
}

// riverPostgres is River over PostgreSQL.
type riverPostgres struct {
	url      string
	cooldown time.Duration
	pool     *pgxpool.Pool
	client   *river.Client[pgx.Tx]
}

func openRiver(cooldown time.Duration) func(ctx context.Context, url string) (system, error) {
	return func(ctx context.Context, url string) (system, error) {
		if err := database.Prepare(ctx, url); err != nil {
			return nil, err
		}
		pool, err := pgxpool.New(ctx, url)
		if err != nil {
			return nil, err
		}
		driver := riverpgxv5.New(pool)
		if err := migrate(ctx, driver); err != nil {
			return nil, err
		}
		client, err := river.NewClient(driver, quietly())
		return &riverPostgres{url, cooldown, pool, client}, err
	}
}

func (s *riverPostgres) place(ctx context.Context, orders ...order.Placed) error {
	return pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		for _, o := range orders {
			if err := insert(ctx, tx, o); err != nil {
				return err
			}
		}
		_, err := s.client.InsertManyTx(ctx, tx, jobs(orders))
		return err
	})
}

func (s *riverPostgres) work(ctx context.Context, workers int, hear func(id int)) (stop func() error, err error) {
	var stops []func() error
	for range workers {
		pool, err := pgxpool.New(ctx, s.url)
		if err != nil {
			return nil, err
		}
		client, err := river.NewClient(riverpgxv5.New(pool), configuration(s.cooldown, hear))
		if err != nil {
			return nil, err
		}
		if err := client.Start(ctx); err != nil {
			return nil, err
		}
		stops = append(stops, func() error {
			defer pool.Close()
			return client.Stop(ctx)
		})
	}
	return all(stops), nil
}

func (s *riverPostgres) close() error {
	s.pool.Close()
	return nil
}

// riverSQLite is River over SQLite, with the one connection that it is to have.
type riverSQLite struct {
	cooldown time.Duration
	db       *sql.DB
	client   *river.Client[*sql.Tx]
}

func openRiverSQLite(cooldown time.Duration) func(ctx context.Context, file string) (system, error) {
	return func(ctx context.Context, file string) (system, error) {
		if err := database.Prepare(ctx, file); err != nil {
			return nil, err
		}
		db, _, err := database.Open(file)
		if err != nil {
			return nil, err
		}
		db.SetMaxOpenConns(1)
		driver := riversqlite.New(db)
		if err := migrate(ctx, driver); err != nil {
			return nil, err
		}
		client, err := river.NewClient(driver, quietly())
		return &riverSQLite{cooldown, db, client}, err
	}
}

func (s *riverSQLite) place(ctx context.Context, orders ...order.Placed) (err error) {
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, tx.Rollback())
		}
	}()
	for _, o := range orders {
		if err := insertSQLite(ctx, tx, o); err != nil {
			return err
		}
	}
	if _, err := s.client.InsertManyTx(ctx, tx, jobs(orders)); err != nil {
		return err
	}
	return tx.Commit()
}

func (s *riverSQLite) work(ctx context.Context, workers int, hear func(id int)) (stop func() error, err error) {
	var stops []func() error
	for range workers {
		client, err := river.NewClient(riversqlite.New(s.db), configuration(s.cooldown, hear))
		if err != nil {
			return nil, err
		}
		if err := client.Start(ctx); err != nil {
			return nil, err
		}
		stops = append(stops, func() error { return client.Stop(ctx) })
	}
	return all(stops), nil
}

func (s *riverSQLite) close() error { return s.db.Close() }
