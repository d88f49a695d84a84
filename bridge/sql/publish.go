package sqlbridge

import (
	"context"
	"fmt"

	"github.com/signalgen/signalgen/bridge"
)

// Publish stores an envelope: in the transaction of ctx, if it has one of [WithTx] or
// [InTx], and otherwise by itself. In the second case it waits while the database cannot
// be reached or SQLite is busy, until ctx is done.
func (t *Transport) Publish(ctx context.Context, e *bridge.Envelope) error {
	if err := t.publish(ctx, e); err != nil {
		return fmt.Errorf("sql bridge: %w", err)
	}
	return nil
}

func (t *Transport) publish(ctx context.Context, e *bridge.Envelope) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	args, err := eventArgs(e)
	if err != nil {
		return err
	}
	if tx := transactionFrom(ctx); tx != nil {
		ended, err := tx.hasEnded()
		if err != nil {
			return err
		}
		if !ended {
			return t.publishTx(ctx, tx, e.Type, args)
		}
	}
	var listens bool
	err = retry(ctx, isTransient, func() error {
		return t.inFewCommits(ctx, func(db conn) (err error) {
			listens, err = t.store(ctx, db, args, "")
			return err
		})
	})
	if err == nil {
		t.committed(e.Type, listens)
	}
	return err
}

// publishTx stores an event in the transaction of a ctx.
func (t *Transport) publishTx(ctx context.Context, tx *transaction, typ string, args []any) error {
	channel := "" // the notifier does it after the commit
	if !tx.tellsCommit {
		channel = t.channel()
	}
	listens, err := t.store(ctx, tx.tx, args, channel)
	if err == nil {
		tx.add(sentType{t, typ}, listens && tx.tellsCommit)
	}
	return err
}

// store stores an event and its deliveries. The commit then notifies the channel, unless
// that is "". listens reports whether a group of the type has listeners.
func (t *Transport) store(ctx context.Context, tx Tx, args []any, channel string) (listens bool, err error) {
	separate := t.queries[insertDeliveries] != ""
	if !separate {
		args = append(args, channel)
	}
	result, err := tx.ExecContext(ctx, t.queries[insertEvent], args...)
	if err != nil {
		return false, err
	}
	if separate {
		id, err := result.LastInsertId()
		if err == nil {
			_, err = tx.ExecContext(ctx, t.queries[insertDeliveries], id)
		}
		return false, err
	}
	groups, err := result.RowsAffected() // 1 if a group has listeners, else 0
	return groups > 0, err
}

// committed wakes those who subscribe to a type, after a commit. listens says whether
// there are listeners to be notified.
func (t *Transport) committed(typ string, listens bool) {
	t.wake(typ)
	if listens {
		t.notifier.notify(typ)
	}
}
