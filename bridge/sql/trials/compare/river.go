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

// fastest is the shortest cooldown between two fetches. The default of River is 100 ms.
const fastest = river.FetchCooldownMin

// maxWorkers is the number of jobs that a client works at the same time, which is that of a
// subscription of a bridge.
const maxWorkers = 64

// placed is an order as the arguments of a job.
type placed order.Placed

func (placed) Kind() string { return "placed" }

// A worker receives orders.
type worker struct {
	river.WorkerDefaults[placed]

	receiver func(id int)
}

func (w *worker) Work(_ context.Context, job *river.Job[placed]) error {
	w.receiver(job.Args.ID)
	return nil
}

// workerConfig returns the configuration of a client that works.
func workerConfig(cooldown time.Duration, receiver func(id int)) *river.Config {
	workers := river.NewWorkers()
	river.AddWorker(workers, &worker{receiver: receiver})
	return &river.Config{
		Queues:        map[string]river.QueueConfig{river.QueueDefault: {MaxWorkers: maxWorkers}},
		Workers:       workers,
		FetchCooldown: cooldown,
		Logger:        slog.New(slog.DiscardHandler),
	}
}

// senderConfig returns the configuration of a client that inserts.
func senderConfig() *river.Config { return &river.Config{Logger: slog.New(slog.DiscardHandler)} }

// migrate creates the tables of River.
func migrate[TTx any](ctx context.Context, driver riverdriver.Driver[TTx]) error {
	migrator, err := rivermigrate.New(driver, &rivermigrate.Config{Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		return err
	}
	_, err = migrator.Migrate(ctx, rivermigrate.DirectionUp, nil)
	return err
}

// jobs returns the jobs for orders.
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
		client, err := river.NewClient(driver, senderConfig())
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

func (s *riverPostgres) work(ctx context.Context, workers int, receiver func(id int)) (stop func() error, err error) {
	var stops []func() error
	for range workers {
		pool, err := pgxpool.New(ctx, s.url)
		if err != nil {
			return nil, err
		}
		client, err := river.NewClient(riverpgxv5.New(pool), workerConfig(s.cooldown, receiver))
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

// riverSQLite is River over SQLite, with one connection, as its documentation says.
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
		client, err := river.NewClient(driver, senderConfig())
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

func (s *riverSQLite) work(ctx context.Context, workers int, receiver func(id int)) (stop func() error, err error) {
	var stops []func() error
	for range workers {
		client, err := river.NewClient(riversqlite.New(s.db), workerConfig(s.cooldown, receiver))
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
