package main

import (
	"context"
	"encoding/json"
	"time"

	"github.com/ThreeDotsLabs/watermill"
	wsql "github.com/ThreeDotsLabs/watermill-sql/v4/pkg/sql"
	"github.com/ThreeDotsLabs/watermill/message"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"golang.org/x/sync/errgroup"

	"github.com/signalgen/signalgen/bridge/sql/trials/internal/database"
	"github.com/signalgen/signalgen/bridge/sql/trials/internal/order"
)

// often is how often it polls rather than each second, which is the default.
const often = 10 * time.Millisecond

const topic = "placed"

// mill is watermill-sql over PostgreSQL, with the tables that are its default: each
// group of consumers has an offset, and one of its members at a time moves it.
type mill struct {
	url  string
	poll time.Duration
	pool *pgxpool.Pool
}

func openWatermill(poll time.Duration) func(ctx context.Context, url string) (system, error) {
	return func(ctx context.Context, url string) (system, error) {
		if err := database.Prepare(ctx, url); err != nil {
			return nil, err
		}
		pool, err := pgxpool.New(ctx, url)
		if err != nil {
			return nil, err
		}
		s := &mill{url, poll, pool}
		subscriber, err := s.subscriber(pool)
		if err != nil {
			return nil, err
		}
		return s, subscriber.SubscribeInitialize(topic)
	}
}

func (s *mill) subscriber(pool *pgxpool.Pool) (*wsql.Subscriber, error) {
	return wsql.NewSubscriber(wsql.BeginnerFromPgx(pool), wsql.SubscriberConfig{
		ConsumerGroup:  "compare",
		PollInterval:   s.poll,
		SchemaAdapter:  wsql.DefaultPostgreSQLSchema{},
		OffsetsAdapter: wsql.DefaultPostgreSQLOffsetsAdapter{},
	}, watermill.NopLogger{})
}

func (s *mill) place(ctx context.Context, orders ...order.Placed) error {
	return pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		publisher, err := wsql.NewPublisher(wsql.TxFromPgx(tx), wsql.PublisherConfig{SchemaAdapter: wsql.DefaultPostgreSQLSchema{}}, watermill.NopLogger{})
		if err != nil {
			return err
		}
		var messages []*message.Message
		for _, o := range orders {
			if err := insert(ctx, tx, o); err != nil {
				return err
			}
			data, err := json.Marshal(o)
			if err != nil {
				return err
			}
			messages = append(messages, message.NewMessage(watermill.NewUUID(), data))
		}
		return publisher.Publish(topic, messages...)
	})
}

func (s *mill) work(ctx context.Context, workers int, hear func(id int)) (stop func() error, err error) {
	var stops []func() error
	for range workers {
		pool, err := pgxpool.New(ctx, s.url)
		if err != nil {
			return nil, err
		}
		subscriber, err := s.subscriber(pool)
		if err != nil {
			return nil, err
		}
		messages, err := subscriber.Subscribe(ctx, topic)
		if err != nil {
			return nil, err
		}
		var g errgroup.Group
		g.Go(func() error { return hearAll(messages, hear) })
		stops = append(stops, func() error {
			defer pool.Close()
			if err := subscriber.Close(); err != nil {
				return err
			}
			return g.Wait()
		})
	}
	return all(stops), nil
}

func hearAll(messages <-chan *message.Message, hear func(id int)) error {
	for m := range messages {
		var o order.Placed
		if err := json.Unmarshal(m.Payload, &o); err != nil {
			return err
		}
		hear(o.ID)
		m.Ack()
	}
	return nil
}

func (s *mill) close() error {
	s.pool.Close()
	return nil
}
