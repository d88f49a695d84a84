package pgxbridge

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	sqlbridge "github.com/signalgen/signalgen/bridge/sql"
)

// Listener returns a listener for [sqlbridge.Notify]. It uses one connection, which it gets
// from connect, again after each failure, and closes. The connection must not go through a
// pooler in transaction mode, such as that of PgBouncer, where LISTEN has no effect.
func Listener(connect func(ctx context.Context) (*pgx.Conn, error)) sqlbridge.Listener {
	return listener(connect)
}

type listener func(ctx context.Context) (*pgx.Conn, error)

// pingInterval is after how long without a notification the connection is checked.
const pingInterval = time.Minute

// Listen implements [sqlbridge.Listener].
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

// wait waits for a notification. It returns "" if there has been none for a while and the
// connection works.
func wait(ctx context.Context, conn *pgx.Conn) (payload string, err error) {
	limited, cancel := context.WithTimeout(ctx, pingInterval)
	defer cancel()
	n, err := conn.WaitForNotification(limited)
	if err == nil {
		return n.Payload, nil
	}
	if ctx.Err() != nil || !errors.Is(err, context.DeadlineExceeded) {
		return "", err
	}
	limited, cancel = context.WithTimeout(ctx, pingInterval/4)
	defer cancel()
	return "", conn.Ping(limited)
}
