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

// isConflict reports whether the database has aborted a transaction in favor of another
// one, so that the same transaction may succeed if it is run again.
func isConflict(err error) bool {
	const serializationFailure, deadlock = "40001", "40P01"
	return slices.Contains([]string{serializationFailure, deadlock}, sqlState(err)) || isBusy(err)
}

// isBusy reports whether another connection has locked SQLite. Its drivers have error
// types of their own, with the result code in different places.
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

// sqlState returns the SQLSTATE of an error of PostgreSQL, "" for other errors.
func sqlState(err error) string {
	var stated interface{ SQLState() string }
	if errors.As(err, &stated) {
		return stated.SQLState()
	}
	return ""
}

// isTransient reports whether the operation may succeed later: after a conflict, or while
// the database is down, starting or overloaded.
func isTransient(err error) bool {
	if isConflict(err) {
		return true
	}
	if state := sqlState(err); state != "" {
		return strings.HasPrefix(state, "08") || // the connection failed
			strings.HasPrefix(state, "53") || // no memory, no disk space, too many connections
			strings.HasPrefix(state, "57P") || // shutting down, crashed, starting, idle for too long
			state == "25P03" || // idle in a transaction for too long
			state == "25006" // read-only: a standby, which may become the primary
	}
	var network net.Error
	return errors.As(err, &network) || errors.Is(err, driver.ErrBadConn) ||
		errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, net.ErrClosed)
}

// retry calls f until it returns nil or an error that is not worth a retry, or ctx is
// done. It returns the last error.
func retry(ctx context.Context, isWorthIt func(error) bool, f func() error) error {
	pause := 5 * time.Millisecond
	for {
		err := f()
		if err == nil || ctx.Err() != nil || !isWorthIt(err) || !sleep(ctx, pause) {
			return err
		}
		pause = min(2*pause, time.Second)
	}
}

// sleep pauses. It returns false if ctx is done first.
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
