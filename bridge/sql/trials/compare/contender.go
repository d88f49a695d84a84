package main

import (
	"context"

	"github.com/signalgen/signalgen/bridge/sql/trials/internal/order"
)

// A contender is a way to store events in transactions and to receive them.
type contender struct {
	name     string
	database string // postgres or sqlite
	open     func(ctx context.Context, url string) (system, error)
}

// reference has the name of the contender that the others are compared with, by database.
var reference = map[string]string{"postgres": "sqlbridge, NOTIFY", "sqlite": "sqlbridge, one process"}

var contenders = []contender{
	{reference["postgres"], "postgres", openBridge(variant{notify: true, keys: true})},
	{"sqlbridge, polling", "postgres", openBridge(variant{keys: true})},
	{"sqlbridge, polling, no keys", "postgres", openBridge(variant{})},
	{"River", "postgres", openRiver(0)},
	{"River, fetching each ms", "postgres", openRiver(fastest)},
	{"watermill-sql", "postgres", openWatermill(0)},
	{"watermill-sql, polling each 10 ms", "postgres", openWatermill(often)},
	{reference["sqlite"], "sqlite", openBridgeInOne},
	{"sqlbridge, two processes", "sqlite", openBridgeInTwo},
	{"River", "sqlite", openRiverSQLite(0)},
	{"River, fetching each ms", "sqlite", openRiverSQLite(fastest)},
}

// A system is a contender over a database.
type system interface {
	// place stores orders and an event for each, in one transaction. It is safe for use by
	// several goroutines.
	place(ctx context.Context, orders ...order.Placed) error

	// work starts workers, which call receiver with the IDs of the orders whose events they
	// receive, from several goroutines. stop stops the workers.
	work(ctx context.Context, workers int, receiver func(id int)) (stop func() error, err error)

	// close closes the connections, after the workers have stopped.
	close() error
}
