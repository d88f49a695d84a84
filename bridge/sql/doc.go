// Package sqlbridge is a transport of package bridge over a SQL database. A signal that is
// sent in a transaction is stored in that transaction and received after the commit: a
// program commits its data and the signal, or neither. This is known as the transactional
// outbox pattern.
//
//	import sqlbridge "github.com/signalgen/signalgen/bridge/sql"
//
//	err := sqlbridge.Migrate(ctx, db, sqlbridge.Postgres) // creates the tables
//	t, err := sqlbridge.New(ctx, db, sqlbridge.Postgres)
//	bridge.Publish(bridge.New(t), &order.DefaultSignals.Placed)
//
//	err = sqlbridge.InTx(ctx, db, nil, func(ctx context.Context, tx *sql.Tx) error {
//		if _, err := tx.ExecContext(ctx, "INSERT INTO orders ..."); err != nil {
//			return err
//		}
//		return order.SendPlaced(ctx, order.Placed{...})
//	})
//
// The databases are PostgreSQL and SQLite, with any driver of database/sql. Module
// bridge/sql/pgx is for programs that use pgx directly. This package imports no driver;
// the two in go.mod are for its tests.
//
// # Sending
//
// If the ctx of a send has a transaction, the signal is stored in it: [InTx] begins a
// transaction, and [WithTx] takes one that the program has begun. Otherwise the signal is
// stored by itself; while the database cannot be reached the send waits, as long as the
// ctx and bridge.Timeout allow.
//
// Receivers that are connected to the signal itself are called by the send, before the
// commit. Receivers of bridge.Receive are called after the commit. A program that has both
// needs a second set of signals for the latter:
//
//	var committed order.Signals
//	committed.Placed.Connect(mailer.Confirm)
//	err := bridge.Serve(ctx, bridge.New(t), &committed.Placed, bridge.Group("mailer"))
//
// # Receiving
//
// Each event has a row per group, its delivery. A delivery waits until a member of the
// group claims it, in the order of sending and in batches ([Batch]). A claim is a lease:
// the member renews it three times per lease ([Lease]), and when its process dies the
// lease ends and another member claims the delivery. Only the database's clock decides
// when a lease ends. A member whose lease has ended can no longer settle the delivery.
// When the receivers have succeeded, the delivery is deleted or kept for a while ([Keep]).
//
// A delivery that fails is retried after a pause ([Backoff]). After some failures
// ([MaxDeliver]) it is a dead letter: [Transport.DeadLetters] lists dead letters,
// [Transport.Replay] delivers one again, and [Transport.Discard] deletes one.
//
// Events with the same key (bridge.KeyBy) are delivered to one process at a time and in
// order, except that later events do not wait for the retry of an earlier one. Events
// without a key have no order among several processes.
//
// A subscription polls at least every second ([Poll]). A commit of [InTx] also wakes the
// subscriptions of the same process, and those of other processes that listen for
// notifications of PostgreSQL ([Notify]).
//
// # New groups
//
// A new group starts with the events that are still in the database: events that another
// group has not done, events that are kept, and events for which there has never been a
// group, which are kept for 7 days ([KeepUnheard]). With bridge.FromNow it starts with new
// events. Remove a group that is no longer used with [Transport.RemoveGroup]; otherwise
// events are stored for it forever.
//
// A transaction that begins before a group is created and commits later does not see the
// group, and inserts no delivery for it. Therefore each new group starts a new generation,
// each event has the generation of the groups that it has deliveries for, and members
// insert the missing deliveries of events of older generations. Senders and subscribers
// need no lock for that, and no event is skipped because its transaction commits late. The
// new group may receive such an event after later ones of its key.
//
// # The database
//
// The tables are signals_events, signals_deliveries, signals_groups, signals_types and
// signals_version ([Prefix], [Schema]). [Migrate] creates and upgrades them; [Migrations]
// returns its SQL. Times in the tables are milliseconds since 1970. There are two views:
//
//	SELECT signal, group_name, state, count(*), max(age) FROM signals_waiting GROUP BY 1, 2, 3;
//	SELECT id, signal, group_name, died, reason FROM signals_dead ORDER BY died;
//
// A claim takes the same time whether ten or a million events wait: it reads the start of
// an index that has only waiting deliveries. As long as some transaction stays open,
// PostgreSQL cannot vacuum deleted rows. Claims skip them, and read all of the index only
// from time to time, but the tables grow until the transaction ends.
//
// SQLite has one writer at a time. Open it with a busy timeout, and with WAL so that
// readers do not block the writer:
//
//	db, err := sql.Open("sqlite", "file:shop.db?_pragma=busy_timeout(5000)&_pragma=journal_mode(WAL)")
//
// In SQLite, a transaction that reads before it writes fails if another one has written in
// between; [InTx] runs it again. The parameter _txlock=immediate avoids that.
package sqlbridge
