package sqlbridge_test

import (
	"context"
	"database/sql"
	"testing"
	"time"

	"github.com/signalgen/signalgen/bridge"
	"github.com/signalgen/signalgen/bridge/bridgetest"
	. "github.com/signalgen/signalgen/bridge/sql"
)

// TestConform runs the suite of all transports. All its tests share a database.
func TestConform(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, on database) {
		db := on.openMigrated(t)
		open := func(t testing.TB) bridge.Transport {
			return on.transport(t, db, Backoff(10*time.Millisecond), MaxDeliver(5))
		}
		bridgetest.Conform(t, open, bridgetest.Letters(letters, replay),
			bridgetest.Big(1<<20), bridgetest.Transactions(func(t testing.TB, _ bridge.Transport, f func(ctx context.Context) error) error {
				return InTx(t.Context(), db, nil, func(ctx context.Context, _ *sql.Tx) error { return f(ctx) })
			}))
	})
}

func letters(t testing.TB, of bridge.Transport, typ, group string) (ids []string) {
	for l, err := range of.(*Transport).DeadLetters(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		if l.Signal == typ && l.Group == group {
			ids = append(ids, l.Envelope.ID)
		}
	}
	return ids
}

func replay(t testing.TB, of bridge.Transport, typ, group string) {
	n, err := of.(*Transport).ReplayAll(t.Context(), bridge.DeadFilter{Signal: typ, Group: group})
	if n != 1 || err != nil {
		t.Errorf("replayed %d, %v, want 1", n, err)
	}
}
