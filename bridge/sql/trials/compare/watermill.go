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

// often is a poll interval. The default of watermill-sql is a second.
const often = 10 * time.Millisecond

const topic = "placed"

// A watermillSystem is watermill-sql over PostgreSQL, with its default tables: each consumer
// group has an offset, which one of its members moves at a time.
type watermillSystem struct {
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
		s := &watermillSystem{url, poll, pool}
		subscriber, err := s.subscriber(pool)
		if err != nil {
			return nil, err
		}
		return s, subscriber.SubscribeInitialize(topic)
	}
}

func (s *watermillSystem) subscriber(pool *pgxpool.Pool) (*wsql.Subscriber, error) {
	return wsql.NewSubscriber(wsql.BeginnerFromPgx(pool), wsql.SubscriberConfig{
		ConsumerGroup:  "compare",
		PollInterval:   s.poll,
		SchemaAdapter:  wsql.DefaultPostgreSQLSchema{},
		OffsetsAdapter: wsql.DefaultPostgreSQLOffsetsAdapter{},
	}, watermill.NopLogger{})
}

func (s *watermillSystem) place(ctx context.Context, orders ...order.Placed) error {
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

func (s *watermillSystem) work(ctx context.Context, workers int, receiver func(id int)) (stop func() error, err error) {
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
		g.Go(func() error { return receiveAll(messages, receiver) })
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

func receiveAll(messages <-chan *message.Message, receiver func(id int)) error {
	for m := range messages {
		var o order.Placed
		if err := json.Unmarshal(m.Payload, &o); err != nil {
			return err
		}
		receiver(o.ID)
		m.Ack()
	}
	return nil
}

func (s *watermillSystem) close() error {
	s.pool.Close()
	return nil
}
