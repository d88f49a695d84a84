// Package sqlbridge carries the signals of package bridge through tables of the
// database that a program has anyway. A signal that is sent in a transaction is stored
// in it, and heard after the commit: the order and the signal, both or neither.
//
//	import sqlbridge "github.com/signalgen/signalgen/bridge/sql"
//
//	err := sqlbridge.Migrate(ctx, db, sqlbridge.Postgres) // makes the tables
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
// The databases are PostgreSQL and SQLite, with any driver of database/sql; programs
// that use pgx by itself have the module bridge/sql/pgx. This package imports no
// driver. Its tests do, so go.mod names two.
//
// # Sending
//
// A send whose ctx carries a transaction is stored in it: [InTx] begins one, and
// [WithTx] is for one that you have begun. A send with another ctx is stored by
// itself; while the database cannot be reached it waits, as long as the ctx and
// bridge.Timeout allow. Receivers that are connected to the signal itself are called by
// the send, within the transaction. Those that hear it through bridge.Receive do so after
// the commit. A program that does both has a second set of the signals for these:
//
//	var committed order.Signals
//	committed.Placed.Connect(mailer.Confirm)
//	err := bridge.Serve(ctx, bridge.New(t), &committed.Placed, bridge.Group("mailer"))
//
// # Receiving
//
// For each event and each group there is a row, a delivery. It waits, is in hand until
// a lease ends, waits to be handed over again, is dead, or is gone ([Keep] keeps it for
// a while). Any number of processes claim deliveries of a group, in batches ([Batch]),
// in the order in which they were sent. The database's clock alone says when a lease
// ends. A process renews its leases three times in each ([Lease]), and one that dies
// loses them: its events go to another. It cannot settle what another has claimed
// meanwhile.
//
// Events of one key are in the hands of one process at a time, and one is claimed only
// when no older one waits. What failed comes later than what was sent after it. Events
// without a key have no order among several processes.
//
// A subscription is woken by a commit of [InTx] in its process, and by another
// process through NOTIFY if it has a listener ([Notify]). Whatever goes lost on that
// way, it looks for itself, at least each second ([Poll]).
//
// What fails is handed over again after a pause ([Backoff]), and is a dead letter when
// it has failed often enough ([MaxDeliver]): [Transport.DeadLetters] lists them,
// [Transport.Replay] and [Transport.Discard] end them.
//
// # New groups, and late commits
//
// A new group begins with what is still there: what another group is not done with, what
// is kept, and what there was no group for at all, which is kept for 7 days
// ([KeepUnheard]). With bridge.FromNow it begins with what is sent from now on. A
// group that is given up is to be removed ([Transport.RemoveGroup]), or events wait for
// it for ever.
//
// A transaction that begins before a group and is committed after it knows nothing of
// the group. So every event notes which generation of groups it has deliveries for, a
// new group begins a new generation, and members look for events of an older one, which
// an index has at hand, at least each second. That is also how a new group gets the
// past. Nobody waits for a lock that a sender holds until its commit, and ids that
// become visible out of order skip nothing.
//
// # In the database
//
// The tables are signals_events, signals_deliveries, signals_groups, signals_types and
// signals_version ([Prefix], [Schema]). [Migrate] makes them and brings them up to date;
// [Migrations] is its SQL. The times in them are milliseconds since 1970. Two views are
// for people:
//
//	SELECT signal, group_name, state, count(*), max(age) FROM signals_waiting GROUP BY 1, 2, 3;
//	SELECT id, signal, group_name, died, reason FROM signals_dead ORDER BY died;
//
// A claim takes as long with a million rows as with ten: it reads a window of an index
// that has the waiting ones alone. A transaction that stays open for hours, anybody's,
// keeps PostgreSQL from vacuuming what has been deleted, which any queue in it has to
// step over; claims begin behind that, and look at all of it only now and then.
//
// SQLite has one writer at a time. Let it wait for its turn, and not for a reader:
//
//	db, err := sql.Open("sqlite", "file:shop.db?_pragma=busy_timeout(5000)&_pragma=journal_mode(WAL)")
//
// A transaction of SQLite that reads before it writes fails if another one has
// written meanwhile; [InTx] begins again then. With _txlock=immediate it does not
// come to that.
package sqlbridge
