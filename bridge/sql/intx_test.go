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

// envelope returns one of the type "order.Placed".
func envelope(id string) *bridge.Envelope {
	return &bridge.Envelope{ID: id, Source: "/", Type: "order.Placed"}
}

// heard subscribes as a group, until the end of the test, and settles what it is
// handed. The ids come in the channel.
func heard(t testing.TB, transport *Transport, group string) <-chan string {
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

// wants takes as many ids as are wanted, and compares them.
func wants(t testing.TB, ids <-chan string, want ...string) {
	t.Helper()
	for _, want := range want {
		select {
		case got := <-ids:
			if got != want {
				t.Fatalf("heard %q, want %q", got, want)
			}
		case <-time.After(20 * time.Second):
			t.Fatalf("did not hear %q", want)
		}
	}
}

var errRefused = errors.New("refused by the test")

// Both the row and the signal, or neither.
func TestInTx(t *testing.T) {
	onEach(t, func(t *testing.T, on database) {
		db := on.migrated(t)
		transport := on.over(t, db, Poll(time.Hour)) // woken by the commit alone
		ids := heard(t, transport, "mailer")
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
			t.Errorf("rolled back with %v", err)
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
		wants(t, ids, "3")
		var orders int
		if err := db.QueryRow("SELECT count(*) FROM orders").Scan(&orders); err != nil || orders != 1 {
			t.Errorf("%d orders, %v, want 1", orders, err)
		}
	})
}
