package sqlbridge

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/signalgen/signalgen/bridge"
)

// Lag counts what waits for a group. For a group that does not exist, it counts what
// there would be for it.
func (t *Transport) Lag(ctx context.Context, typ, group string) (lag bridge.Lag, err error) {
	var age int64
	id, err := t.group(ctx, t.db, typ, group)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		err = t.row(ctx, t.db, toUnheard, typ).Scan(&lag.Waiting, &age)
	case err == nil:
		err = t.row(ctx, t.db, toCount, id).Scan(&lag.Waiting, &lag.InFlight, &lag.Dead)
		if err == nil {
			err = t.row(ctx, t.db, toAge, id).Scan(&age)
		}
	}
	if err != nil {
		return bridge.Lag{}, fmt.Errorf("sql bridge: lag of group %s of %s: %w", group, typ, err)
	}
	lag.Oldest = time.Duration(age) * time.Millisecond
	return lag, nil
}
