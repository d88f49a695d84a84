// Package pgxbridge is for programs that use pgx directly, not through database/sql. It
// sends with package sqlbridge in transactions of pgx, and listens for notifications of
// PostgreSQL.
//
//	pool, err := pgxpool.New(ctx, url)
//	db := stdlib.OpenDBFromPool(pool) // for the transport
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
// The db of OpenDBFromPool takes its connections from the pool and keeps none of them when
// they are idle, so that both share the limit of the pool.
package pgxbridge
