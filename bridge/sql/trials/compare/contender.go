package main

import (
	"context"

	"github.com/signalgen/signalgen/bridge/sql/trials/internal/order"
)

// A contender is a way to store events in transactions and to hear them.
type contender struct {
	name     string
	database string // postgres or sqlite
	open     func(ctx context.Context, url string) (system, error)
}

// ours is what the others are compared with, on each database.
var ours = map[string]string{"postgres": "sqlbridge, NOTIFY", "sqlite": "sqlbridge, one process"}

var contenders = []contender{
	{ours["postgres"], "postgres", openBridge(variant{notify: true, keys: true})},
	{"sqlbridge, polling", "postgres", openBridge(variant{keys: true})},
	{"sqlbridge, polling, no keys", "postgres", openBridge(variant{})},
	{"River", "postgres", openRiver(0)},
	{"River, fetching each ms", "postgres", openRiver(fastest)},
	{"watermill-sql", "postgres", openWatermill(0)},
	{"watermill-sql, polling each 10 ms", "postgres", openWatermill(often)},
	{ours["sqlite"], "sqlite", openBridgeInOne},
	{"sqlbridge, two processes", "sqlite", openBridgeInTwo},
	{"River", "sqlite", openRiverSQLite(0)},
	{"River, fetching each ms", "sqlite", openRiverSQLite(fastest)},
}

// A system is a contender with a database.
type system interface {
	// place stores orders and an event for each, in one transaction. It is called from
	// several goroutines.
	place(ctx context.Context, orders ...order.Placed) error

	// work starts workers. hear is called from several goroutines with the ids of
	// orders whose events are heard. What work returns stops the workers.
	work(ctx context.Context, workers int, hear func(id int)) (stop func() error, err error)

	// close closes connections. Nobody works.
	close() error
}
