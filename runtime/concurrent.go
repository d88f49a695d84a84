package runtime

import (
	"context"
	"sync"
)

// concurrent calls every receiver in its own goroutine, records the outcomes and returns
// the joined errors.
func (send *sending) concurrent(ctx context.Context) error {
	send.outcomes = make([]outcome, len(send.receivers))
	var group sync.WaitGroup
	for i, conn := range send.receivers {
		group.Add(1)
		go func() {
			defer group.Done()
			send.outcomes[i].run(func() (bool, error) { return send.receive(ctx, conn, i) })
		}()
	}
	group.Wait()

	f := failures{errs: send.relayed}
	for i, o := range send.outcomes {
		if isStop(o.err) {
			o.err = nil
		}
		if o.err != nil {
			f.add(send.receivers[i], o.err)
		}
		send.record(i, o.responded, o.err)
	}
	err := f.join()
	send.end(ctx, true, err)
	return err
}

// run records what call returns, or that it panics or exits the goroutine.
func (o *outcome) run(call func() (responded bool, err error)) {
	returned := false
	defer func() {
		if returned {
			return
		}
		o.err = unwound(recover())
	}()
	o.responded, o.err = call()
	returned = true
}
