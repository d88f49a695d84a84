package main

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/signalgen/signalgen/bridge/sql/trials/internal/database"
)

// An outcome is the result of a scenario.
type outcome struct {
	committed  int
	rolledBack int
	missing    int // committed, and not received
	ghosts     int // received, and not committed
	again      int // received again
	disorder   int // first received after a later one of the same customer
	left       int // rows left in the tables of the bridge
	took       time.Duration
}

var header = []string{"database", "killed", "committed", "rolled back", "committed, not received", "rolled back, received", "received again", "out of order", "rows left", "seconds"}

func (o outcome) row() []string {
	row := []string{}
	for _, n := range []int{o.committed, o.rolledBack, o.missing, o.ghosts, o.again, o.disorder, o.left} {
		row = append(row, strconv.Itoa(n))
	}
	return append(row, fmt.Sprintf("%.0f", o.took.Seconds()))
}

// fault returns an error if the outcome is not as promised.
func (o outcome) fault() error {
	if o.missing > 0 || o.ghosts > 0 || o.disorder > 0 {
		return fmt.Errorf("found %d signals missing, %d of orders that were rolled back, and %d out of order", o.missing, o.ghosts, o.disorder)
	}
	return nil
}

// await waits until all committed events are received and no rows are left, so that
// nothing more can be received, for at most a minute and ten leases.
func (s *stage) await(ctx context.Context) (o outcome, err error) {
	for deadline := time.Now().Add(time.Minute + 10*s.plan.lease); time.Now().Before(deadline); time.Sleep(100 * time.Millisecond) {
		if o, err = s.compare(ctx); err != nil || o.missing+o.left == 0 {
			break
		}
	}
	return o, err
}

// compare compares what was committed with what was received.
func (s *stage) compare(ctx context.Context) (o outcome, err error) {
	committed, left, err := s.stored(ctx)
	if err != nil {
		return o, err
	}
	o.committed, o.rolledBack, o.left = len(committed), s.plan.count-len(committed), left
	text, err := os.ReadFile(s.received())
	if err != nil {
		return o, err
	}
	first := make(map[int]bool)
	last := make(map[int]int) // the last order of each customer
	for field := range strings.FieldsSeq(string(text)) {
		id, err := strconv.Atoi(field)
		switch {
		case err != nil:
			return o, err
		case first[id]:
			o.again++
			continue
		case !committed[id]:
			o.ghosts++
		}
		first[id] = true
		if last[id%customers] > id {
			o.disorder++
		}
		last[id%customers] = max(id, last[id%customers])
	}
	for id := range committed {
		if !first[id] {
			o.missing++
		}
	}
	return o, nil
}

// stored returns the orders that are committed, and the number of rows of the bridge.
func (s *stage) stored(ctx context.Context) (committed map[int]bool, left int, err error) {
	db, _, err := database.Open(s.url)
	if err != nil {
		return nil, 0, err
	}
	defer func() { _ = db.Close() }()
	rows, err := db.QueryContext(ctx, "SELECT id FROM orders")
	if err != nil {
		return nil, 0, err
	}
	defer func() { _ = rows.Close() }()
	committed = make(map[int]bool)
	for rows.Next() {
		var id int
		if err := rows.Scan(&id); err != nil {
			return nil, 0, err
		}
		committed[id] = true
	}
	if err := rows.Err(); err != nil {
		return nil, 0, err
	}
	err = db.QueryRowContext(ctx, "SELECT (SELECT count(*) FROM signals_events) + (SELECT count(*) FROM signals_deliveries)").Scan(&left)
	return committed, left, err
}
