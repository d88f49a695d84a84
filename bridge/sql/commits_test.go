package sqlbridge_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/signalgen/signalgen/bridge"
	. "github.com/signalgen/signalgen/bridge/sql"
)

// Transactions of random length overlap, a third of them are rolled back, and groups are
// created meanwhile. Each group gets once what is committed after it was created.
func TestCommitsOutOfOrder(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, on database) {
		const publishers, each, groups = 8, 25, 5
		db := on.openMigrated(t)
		db.SetMaxOpenConns(publishers + 8)
		transport := on.transport(t, db, Poll(200*time.Millisecond), Lease(time.Hour))

		var mu sync.Mutex // guards what follows
		committed := make(map[string]bool)
		var stored []string           // in the order in which the commits began
		before := make([]int, groups) // the length of stored when the group had been created

		received := make([]<-chan string, groups)
		var all sync.WaitGroup
		for p := range publishers {
			random := rand.New(rand.NewPCG(1, uint64(p)))
			all.Go(func() {
				for i := range each {
					id := fmt.Sprintf("%d.%d", p, i)
					pause := time.Duration(random.ExpFloat64() * float64(3*time.Millisecond))
					refused := random.IntN(3) == 0
					err := InTx(t.Context(), db, nil, func(ctx context.Context, _ *sql.Tx) error {
						if err := transport.Publish(ctx, envelope(id)); err != nil {
							return err
						}
						time.Sleep(pause)
						if refused {
							return errRefused
						}
						mu.Lock()
						defer mu.Unlock()
						stored = append(stored, id)
						return nil
					})
					switch {
					case err == nil:
						mu.Lock()
						committed[id] = true
						mu.Unlock()
					case !errors.Is(err, errRefused):
						t.Error(err)
					}
				}
			})
		}
		for g := range groups {
			time.Sleep(10 * time.Millisecond) // so that some are committed and some are open
			received[g] = receiveIDs(t, transport, "group"+strconv.Itoa(g))
			mu.Lock()
			before[g] = len(stored)
			mu.Unlock()
		}
		all.Wait()
		for g := range groups {
			missing := make(map[string]bool)
			for _, id := range stored[before[g]:] {
				if committed[id] {
					missing[id] = true
				}
			}
			seen := make(map[string]bool)
			for len(missing) > 0 {
				select {
				case id := <-received[g]:
					if seen[id] || !committed[id] {
						t.Fatalf("group %d received %s; committed: %v, received before: %v", g, id, committed[id], seen[id])
					}
					seen[id] = true
					delete(missing, id)
				case <-time.After(patience):
					t.Fatalf("group %d did not receive %d of %d: %v", g, len(missing), len(committed), missing)
				}
			}
		}
		waitEmpty(t, db)
	})
}

// keyed returns an envelope with a key and a number.
func keyed(key string, n int) *bridge.Envelope {
	e := envelope(key + "." + strconv.Itoa(n))
	e.Key = key
	return e
}

// Four members share a few keys. No two have events of the same key at the same time, and
// the events of each key are delivered in order.
func TestOneMemberPerKey(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, on database) {
		const keys, each, members = 5, 40, 4
		db := on.openMigrated(t)
		var mu sync.Mutex                  // guards what follows
		holder := make(map[string]int)     // the member that has events of a key; 0 for none
		held := make(map[string]int)       // how many it has
		order := make(map[string][]string) // the IDs of a key in the order of delivery
		var left atomic.Int32
		left.Store(keys * each)
		done := make(chan struct{})
		var settling sync.WaitGroup
		for member := 1; member <= members; member++ {
			transport := on.transport(t, db, Batch(8), Poll(20*time.Millisecond), Lease(time.Hour))
			random := rand.New(rand.NewPCG(2, uint64(member)))
			ctx, leave := context.WithCancel(context.Background())
			t.Cleanup(leave)
			err := transport.Subscribe(ctx, "order.Placed", "mailer", func(d bridge.Delivery) {
				key := d.Envelope.Key
				mu.Lock()
				defer mu.Unlock()
				if holder[key] != 0 && holder[key] != member {
					t.Errorf("member %d received %s while member %d has %d of its key", member, d.Envelope.ID, holder[key], held[key])
				}
				holder[key] = member
				held[key]++
				order[key] = append(order[key], d.Envelope.ID)
				pause := time.Duration(random.ExpFloat64() * float64(2*time.Millisecond))
				settling.Go(func() {
					time.Sleep(pause)
					mu.Lock()
					if held[key]--; held[key] == 0 {
						holder[key] = 0
					}
					mu.Unlock()
					d.Settle(nil)
					if left.Add(-1) == 0 {
						close(done)
					}
				})
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		sending := on.transport(t, db)
		var want [keys][]string
		for n := range each {
			for k := range keys {
				e := keyed(strconv.Itoa(k), n)
				want[k] = append(want[k], e.ID)
				if err := sending.Publish(t.Context(), e); err != nil {
					t.Fatal(err)
				}
			}
		}
		select {
		case <-done:
		case <-time.After(patience):
			t.Errorf("%d events are left", left.Load())
		}
		settling.Wait()
		mu.Lock()
		defer mu.Unlock()
		for k := range keys {
			if got := order[strconv.Itoa(k)]; !slices.Equal(got, want[k]) {
				t.Errorf("key %d was delivered as %v", k, got)
			}
		}
	})
}
