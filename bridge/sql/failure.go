package sqlbridge

import (
	"context"
	"database/sql/driver"
	"errors"
	"io"
	"net"
	"slices"
	"strings"
	"time"
)

// isConflict reports whether the database has ended a transaction for the sake of
// another, so that it is worth another try.
func isConflict(err error) bool {
	if slices.Contains([]string{"40001", "40P01"}, stateOf(err)) {
		return true
	}
	return isBusy(err)
}

// isBusy reports whether SQLite is held by another connection. Its drivers have
// errors of their own, which have the result code in them in different ways.
func isBusy(err error) bool {
	if err == nil {
		return false
	}
	var coded interface{ Code() int }
	if errors.As(err, &coded) {
		const busy, locked = 5, 6
		primary := coded.Code() & 0xff
		return primary == busy || primary == locked
	}
	text := err.Error()
	return strings.Contains(text, "database is locked") || strings.Contains(text, "database table is locked")
}

// stateOf returns the SQLSTATE of an error of PostgreSQL, "" for another.
func stateOf(err error) string {
	var stated interface{ SQLState() string }
	if errors.As(err, &stated) {
		return stated.SQLState()
	}
	return ""
}

// isPassing reports whether what has failed may go well later: the database cannot be
// reached, is starting, or has ended the statement for the sake of another.
func isPassing(err error) bool {
	if isConflict(err) {
		return true
	}
	if state := stateOf(err); state != "" {
		return strings.HasPrefix(state, "08") || // the connection
			strings.HasPrefix(state, "53") || // no memory, no space, too many connections
			strings.HasPrefix(state, "57P") || // shutting down, crashed, starting, idle for too long
			state == "25P03" || // idle in a transaction for too long
			state == "25006" // a standby that is about to become the primary
	}
	var network net.Error
	return errors.As(err, &network) || errors.Is(err, driver.ErrBadConn) ||
		errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, net.ErrClosed)
}

// again calls call until it returns nil or an error for which that is pointless, or
// ctx is done. It returns the last error.
func again(ctx context.Context, isWorthIt func(error) bool, call func() error) error {
	pause := 5 * time.Millisecond
	for {
		err := call()
		if err == nil || ctx.Err() != nil || !isWorthIt(err) || !sleep(ctx, pause) {
			return err
		}
		pause = min(2*pause, time.Second)
	}
}

// sleep waits. It returns false when ctx is done first.
func sleep(ctx context.Context, pause time.Duration) bool {
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-timer.C:
		return ctx.Err() == nil
	case <-ctx.Done():
		return false
	}
}
