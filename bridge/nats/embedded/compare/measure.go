package main

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/signalgen/signalgen/bridge/nats/embedded/internal/order"
	"golang.org/x/sync/errgroup"
)

type result struct {
	p50, p99   time.Duration
	throughput float64 // publishes a second
}

func measureOne(ctx context.Context, to string, p program) (result, error) {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	var mu sync.Mutex // guards latencies
	var latencies []time.Duration
	var heard atomic.Int64
	all := make(chan struct{}, 2)
	publish, stop, err := p.start(ctx, to, func(o order.Placed) {
		took := time.Since(o.Sent)
		n := heard.Add(1)
		if n <= int64(*paced) {
			mu.Lock()
			latencies = append(latencies, took)
			mu.Unlock()
		}
		if n == int64(*paced) || n == int64(*paced+*many) {
			all <- struct{}{}
		}
	})
	if err != nil {
		return result{}, err
	}
	defer stop()
	sending := context.WithoutCancel(ctx) // for most programs have no deadline there, and nats.go adds one
	if err := pace(sending, publish); err != nil {
		return result{}, err
	}
	if err := wait(ctx, all, &heard); err != nil {
		return result{}, err
	}
	began := time.Now()
	if err := flood(sending, publish); err != nil {
		return result{}, err
	}
	if err := wait(ctx, all, &heard); err != nil {
		return result{}, err
	}
	took := time.Since(began)
	slices.Sort(latencies)
	return result{
		p50:        latencies[len(latencies)/2],
		p99:        latencies[len(latencies)*99/100],
		throughput: float64(*many) / took.Seconds(),
	}, nil
}

func pace(ctx context.Context, publish publisher) error {
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for id := range *paced {
		<-tick.C
		if err := publish(ctx, order.New(id)); err != nil {
			return err
		}
	}
	return nil
}

func flood(ctx context.Context, publish publisher) error {
	g, ctx := errgroup.WithContext(ctx)
	for sender := range *senders {
		g.Go(func() error {
			for id := sender; id < *many; id += *senders {
				if err := publish(ctx, order.New(*paced+id)); err != nil {
					return err
				}
			}
			return nil
		})
	}
	return g.Wait()
}

func wait(ctx context.Context, all <-chan struct{}, heard *atomic.Int64) error {
	select {
	case <-all:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("%d heard: %w", heard.Load(), ctx.Err())
	}
}
