package pgxbridge

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	sqlbridge "github.com/signalgen/signalgen/bridge/sql"
)

// Listener returns a listener for [sqlbridge.Notify]. It has a connection of its own,
// which connect makes, and makes again when it is lost: connections of a pooler that
// shares them out by transaction, as PgBouncer may, cannot listen.
func Listener(connect func(ctx context.Context) (*pgx.Conn, error)) sqlbridge.Listener {
	return listener(connect)
}

type listener func(ctx context.Context) (*pgx.Conn, error)

// quiet is how long a connection may be silent before it is looked at.
const quiet = time.Minute

// Listen listens until ctx is done or the connection is lost.
func (l listener) Listen(ctx context.Context, channel string, notify func(payload string)) error {
	conn, err := l(ctx)
	if err != nil {
		return err
	}
	defer func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
		defer cancel()
		_ = conn.Close(ctx)
	}()
	if _, err := conn.Exec(ctx, "LISTEN "+pgx.Identifier{channel}.Sanitize()); err != nil {
		return err
	}
	notify("")
	for {
		payload, err := wait(ctx, conn)
		if err != nil {
			return err
		}
		if payload != "" {
			notify(payload)
		}
	}
}

// wait waits for a notification. It returns "" if there is none for long and the
// connection stands.
func wait(ctx context.Context, conn *pgx.Conn) (payload string, err error) {
	limited, cancel := context.WithTimeout(ctx, quiet)
	defer cancel()
	n, err := conn.WaitForNotification(limited)
	if err == nil {
		return n.Payload, nil
	}
	if ctx.Err() != nil || !errors.Is(err, context.DeadlineExceeded) {
		return "", err
	}
	limited, cancel = context.WithTimeout(ctx, quiet/4)
	defer cancel()
	return "", conn.Ping(limited)
}
