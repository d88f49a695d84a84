package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/signalgen/signalgen/examples/shop/order"
	"github.com/signalgen/signalgen/examples/shop/stock"
	"github.com/signalgen/signalgen/observe"
)

// serve serves the page of the shop's signals at addr, and lets customers order until
// ctx is done.
func serve(ctx context.Context, addr string, shelf stock.Shelf) error {
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		return err
	}
	var trading sync.WaitGroup
	defer trading.Wait()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	mux := http.NewServeMux()
	// These customers have no secrets.
	mux.Handle("/debug/signals/", observe.Page(observe.Payloads(func(payload any) any { return payload })))
	mux.Handle("/{$}", http.RedirectHandler("/debug/signals/", http.StatusFound))
	server := &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second}
	context.AfterFunc(ctx, func() { _ = server.Close() })
	fmt.Printf("shop: open, its signals are shown at http://%s/debug/signals/\n", listener.Addr())
	trading.Go(func() { trade(ctx, shelf) })
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// trade makes two or three orders a second, and fills the shelf when an item is sold
// out.
func trade(ctx context.Context, shelf stock.Shelf) {
	customers, items := []string{"Ada", "Bob", "Cleo", "Dan"}, []string{"lamp", "chair"}
	for id := 5; ; id++ {
		select {
		case <-ctx.Done():
			return
		case <-time.After(200*time.Millisecond + rand.N(400*time.Millisecond)):
		}
		item, pieces := items[rand.N(len(items))], 1+rand.N(5)
		err := place(ctx, order.Order{ID: id, Customer: customers[rand.N(len(customers))], Item: item, Pieces: pieces, Price: 2000 * pieces})
		if errors.Is(err, stock.ErrSoldOut) {
			shelf[item] += 40
		}
	}
}
