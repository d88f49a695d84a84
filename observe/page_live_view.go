package observe

import (
	"cmp"
	"fmt"
	"time"
)

// A liveView is what the view of the last sends shows.
type liveView struct {
	pageHead
	Filter, Note string
	Most         int
	Payloads     bool
	Sends        []sendRow
}

// A sendRow is a send as it is shown.
type sendRow struct {
	Time                                        time.Time
	ID, Link, Signal, Way, Took, Error, Payload string
}

func (p *page) liveView(r *pageReport, q pageQuery, sends []*kept) *liveView {
	v := &liveView{
		pageHead: p.head(r, q, "Last sends"), Filter: cmp.Or(q.filter, q.name), Most: liveLen, Payloads: p.show != nil,
		Note: fmt.Sprintf("The last %d sends. If there are more than %d a second, only some are kept.", liveLen, livePerSecond),
	}
	if !v.Payloads {
		v.Note += " This program shows no payloads."
	}
	for _, k := range sends {
		v.Sends = append(v.Sends, sendRow{k.began, fmt.Sprintf("n%d", k.number), linkTo(k.signal, k.set), k.signal, k.mode.String(), duration(k.took), k.err, k.payload})
	}
	return v
}
