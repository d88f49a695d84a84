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

// Transactions of random length overlap, a third of them are rolled back, and groups
// begin meanwhile: each hears once all that is committed after it has begun.
func TestCommitsOutOfOrder(t *testing.T) {
	onEach(t, func(t *testing.T, on database) {
		const publishers, each, groups = 8, 40, 5
		db := on.migrated(t)
		db.SetMaxOpenConns(publishers + 8)
		transport := on.over(t, db, Poll(200*time.Millisecond))

		var mu sync.Mutex // guards committed
		var committed []string
		from := make([]int, groups) // how many were committed when the group had begun
		heardBy := make([]<-chan string, groups)
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
						return nil
					})
					switch {
					case err == nil:
						mu.Lock()
						committed = append(committed, id)
						mu.Unlock()
					case !errors.Is(err, errRefused):
						t.Error(err)
					}
				}
			})
		}
		for g := range groups {
			time.Sleep(10 * time.Millisecond) // for some to be committed, and some open
			heardBy[g] = heard(t, transport, "group"+strconv.Itoa(g))
			mu.Lock()
			from[g] = len(committed)
			mu.Unlock()
		}
		all.Wait()
		for g := range groups {
			missing := make(map[string]bool)
			for _, id := range committed[from[g]:] {
				missing[id] = true
			}
			seen := make(map[string]bool)
			for len(missing) > 0 {
				select {
				case id := <-heardBy[g]:
					if seen[id] || !slices.Contains(committed, id) {
						t.Fatalf("group %d heard %s; before: %v", g, id, seen[id])
					}
					seen[id] = true
					delete(missing, id)
				case <-time.After(20 * time.Second):
					t.Fatalf("group %d did not hear %d of %d: %v", g, len(missing), len(committed), missing)
				}
			}
		}
		empty(t, db)
	})
}

// keyed returns an envelope with a key and a number.
func keyed(key string, n int) *bridge.Envelope {
	e := envelope(key + "." + strconv.Itoa(n))
	e.Key = key
	return e
}

// Four members share a few keys: no two have the same one at the same time, and
// each key comes in order, whichever member has it.
func TestOneMemberPerKey(t *testing.T) {
	onEach(t, func(t *testing.T, on database) {
		const keys, each, members = 5, 80, 4
		db := on.migrated(t)
		var mu sync.Mutex                  // guards what follows
		holder := make(map[string]int)     // which member has a key; 0 for none
		held := make(map[string]int)       // how many of it
		order := make(map[string][]string) // the ids of a key as they came
		var left atomic.Int32
		left.Store(keys * each)
		done := make(chan struct{})
		var settling sync.WaitGroup
		for member := 1; member <= members; member++ {
			transport := on.over(t, db, Batch(8), Poll(20*time.Millisecond))
			random := rand.New(rand.NewPCG(2, uint64(member)))
			ctx, leave := context.WithCancel(context.Background())
			t.Cleanup(leave)
			err := transport.Subscribe(ctx, "order.Placed", "mailer", func(d bridge.Delivery) {
				key := d.Envelope.Key
				mu.Lock()
				defer mu.Unlock()
				if holder[key] != 0 && holder[key] != member {
					t.Errorf("%d has %s, of which %d has %d", member, d.Envelope.ID, holder[key], held[key])
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
		sending := on.over(t, db)
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
		case <-time.After(60 * time.Second):
			t.Errorf("%d are left", left.Load())
		}
		settling.Wait()
		mu.Lock()
		defer mu.Unlock()
		for k := range keys {
			if got := order[strconv.Itoa(k)]; !slices.Equal(got, want[k]) {
				t.Errorf("key %d came as %v", k, got)
			}
		}
	})
}
