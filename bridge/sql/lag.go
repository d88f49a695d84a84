package sqlbridge

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/signalgen/signalgen/bridge"
)

// Lag counts what a group has not done yet. For a group that does not exist, it counts the
// events that it would start with.
func (t *Transport) Lag(ctx context.Context, typ, group string) (lag bridge.Lag, err error) {
	var age int64
	id, err := t.findGroup(ctx, t.db, typ, group)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		err = t.queryRow(ctx, t.db, countEvents, typ).Scan(&lag.Waiting, &age)
	case err == nil:
		err = t.queryRow(ctx, t.db, countDeliveries, id).Scan(&lag.Waiting, &lag.InFlight, &lag.Dead)
		if err == nil {
			err = t.queryRow(ctx, t.db, readAge, id).Scan(&age)
		}
	}
	if err != nil {
		return bridge.Lag{}, fmt.Errorf("sql bridge: lag of group %s of %s: %w", group, typ, err)
	}
	lag.Oldest = time.Duration(age) * time.Millisecond
	return lag, nil
}
