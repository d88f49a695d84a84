package sqlbridge_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/signalgen/signalgen/bridge"
	. "github.com/signalgen/signalgen/bridge/sql"
)

// envelope returns an envelope of the type "order.Placed".
func envelope(id string) *bridge.Envelope {
	return &bridge.Envelope{ID: id, Source: "/", Type: "order.Placed"}
}

// receiveIDs subscribes as a group, until the end of the test, and settles all
// deliveries. The channel receives their IDs.
func receiveIDs(t testing.TB, transport *Transport, group string) <-chan string {
	t.Helper()
	ctx, leave := context.WithCancel(context.Background())
	t.Cleanup(leave)
	ids := make(chan string, 100_000)
	err := transport.Subscribe(ctx, "order.Placed", group, func(d bridge.Delivery) {
		ids <- d.Envelope.ID
		d.Settle(nil)
	})
	if err != nil {
		t.Fatal(err)
	}
	return ids
}

// wantIDs compares the next IDs with those that are wanted.
func wantIDs(t testing.TB, ids <-chan string, want ...string) {
	t.Helper()
	for _, want := range want {
		select {
		case got := <-ids:
			if got != want {
				t.Fatalf("received %q, want %q", got, want)
			}
		case <-time.After(patience):
			t.Fatalf("did not receive %q", want)
		}
	}
}

var errRefused = errors.New("refused by the test")

// A transaction stores both the row and the signal, or neither.
func TestInTx(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, on database) {
		db := on.openMigrated(t)
		transport := on.transport(t, db, Poll(time.Hour)) // so that only the commit wakes the subscription
		ids := receiveIDs(t, transport, "mailer")
		if _, err := db.Exec("CREATE TABLE orders (id TEXT)"); err != nil {
			t.Fatal(err)
		}
		place := func(id string, then func() error) error {
			return InTx(t.Context(), db, nil, func(ctx context.Context, tx *sql.Tx) error {
				if _, err := tx.ExecContext(ctx, fmt.Sprintf("INSERT INTO orders VALUES ('%s')", id)); err != nil {
					return err
				}
				if err := transport.Publish(ctx, envelope(id)); err != nil {
					return err
				}
				return then()
			})
		}
		if err := place("1", func() error { return errRefused }); !errors.Is(err, errRefused) {
			t.Errorf("found error %v, wanted %v", err, errRefused)
		}
		func() {
			defer func() {
				if recover() == nil {
					t.Error("no panic")
				}
			}()
			_ = place("2", func() error { panic("refused") })
		}()
		if err := place("3", func() error { return nil }); err != nil {
			t.Error(err)
		}
		wantIDs(t, ids, "3")
		var orders int
		if err := db.QueryRow("SELECT count(*) FROM orders").Scan(&orders); err != nil || orders != 1 {
			t.Errorf("%d orders, %v, want 1", orders, err)
		}
	})
}
