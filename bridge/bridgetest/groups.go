package bridgetest

import (
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/signalgen/signalgen/bridge"
)

// groups are the promises about what each group and member gets.
var groups = []promise{
	{"GroupShares", (*run).share},
	{"EachGroupHearsAll", (*run).each},
	{"StoredBeforeTheGroup", (*run).storedBefore},
	{"StoredWithoutMembers", (*run).storedMeanwhile},
	{"OthersGoOnWhenOneLeaves", (*run).leaveOthers},
	{"TypesAreApart", (*run).types},
	{"ManyPublish", (*run).many},
}

func (r *run) share() {
	one, other := r.join("all"), r.join("all")
	want := numbered("", 50)
	r.publish(want...)
	heard := heardByAny(want, one, other)
	if !slices.Equal(heard, want) {
		r.Errorf("heard %q, want each of %q once", heard, want)
	}
}

// heardByAny takes as many deliveries as are wanted from both members, acknowledges them
// and returns their data, sorted.
func heardByAny(want []string, one, other *member) []string {
	one.Helper()
	var heard []string
	for range want {
		var d bridge.Delivery
		select {
		case d = <-one.deliveries:
		case d = <-other.deliveries:
		case <-time.After(one.patience):
			one.Fatalf("heard %d of %d within %v", len(heard), len(want), one.patience)
		}
		heard = append(heard, string(d.Envelope.Data))
		d.Settle(nil)
	}
	slices.Sort(heard)
	return heard
}

func (r *run) each() {
	one, other := r.join("one"), r.join("other")
	want := numbered("", 20)
	r.publish(want...)
	one.hear(want...)
	other.hear(want...)
}

func (r *run) storedBefore() {
	r.publish("first", "second")
	r.join("all").hear("first", "second")
}

func (r *run) storedMeanwhile() {
	m := r.join("all")
	r.publish("first")
	m.hear("first")
	m.leave()
	r.publish("second", "third")
	r.join("all").hearAll("second", "third") // one may be redelivered that was on its way to the member that left
}

// What is published after a member has left goes to the others.
func (r *run) leaveOthers() {
	leaving, staying := r.join("all"), r.join("all")
	r.publish("first")
	heardByAny([]string{"first"}, leaving, staying)
	leaving.leave()
	want := numbered("then ", 10)
	r.publish(want...)
	if heard := heardByAny(want, leaving, staying); !slices.Equal(heard, want) {
		r.Errorf("heard %q, want %q", heard, want)
	}
}

func (r *run) types() {
	m := r.join("all")
	own := r.typ
	r.typ += "2"
	r.publish("other")
	r.typ = own
	r.publish("own")
	m.hear("own")
}

func (r *run) many() {
	const publishers, each = 4, 25
	one, other := r.join("all"), r.join("all")
	var want []string
	var group sync.WaitGroup
	for p := range publishers {
		var all []*bridge.Envelope
		for i := range each {
			data := fmt.Sprintf("%d-%02d", p, i)
			want = append(want, data)
			all = append(all, r.envelope(data))
		}
		group.Go(func() {
			for _, e := range all {
				if err := r.transport.Publish(r.Context(), e); err != nil {
					r.Errorf("publish: %v", err)
				}
			}
		})
	}
	group.Wait()
	if heard := heardByAny(want, one, other); !slices.Equal(heard, want) {
		r.Errorf("heard %q, want %q", heard, want)
	}
}
