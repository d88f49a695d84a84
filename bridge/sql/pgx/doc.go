// Package pgxbridge is for programs that use pgx by itself, rather than through
// database/sql: transactions of pgx for the sends of package sqlbridge, and its
// notifications.
//
//	pool, err := pgxpool.New(ctx, url)
//	db := stdlib.OpenDBFromPool(pool) // for the transport alone
//	transport, err := sqlbridge.New(ctx, db, sqlbridge.Postgres,
//		sqlbridge.Notify(pgxbridge.Listener(func(ctx context.Context) (*pgx.Conn, error) {
//			return pgx.Connect(ctx, url)
//		})))
//
//	err = pgxbridge.InTx(ctx, pool, pgx.TxOptions{}, func(ctx context.Context, tx pgx.Tx) error {
//		if _, err := tx.Exec(ctx, ...); err != nil {
//			return err
//		}
//		return order.SendPlaced(ctx, order.Placed{...}) // stored with the order, or not at all
//	})
//
// OpenDBFromPool takes connections from the pool. It keeps none of them unless it is
// told to, so that both share the pool's limit.
package pgxbridge
