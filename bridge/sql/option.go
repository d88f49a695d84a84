package sqlbridge

import (
	"context"
	"log/slog"
	"slices"
	"time"

	"github.com/signalgen/signalgen/bridge"
)

// An Option changes a [Transport], or the tables of [Migrate].
type Option func(*settings)

type settings struct {
	names       names
	keep        time.Duration
	keepUnheard time.Duration
	poll        time.Duration
	lease       time.Duration
	batch       int
	maxDeliver  int
	backoff     []time.Duration
	listener    Listener
	log         *slog.Logger
}

func settingsOf(opts []Option) settings {
	s := settings{
		names:       names{prefix: "signals"},
		keepUnheard: 7 * 24 * time.Hour,
		poll:        time.Second,
		lease:       15 * time.Second,
		batch:       64,
		maxDeliver:  bridge.DefaultMaxDeliver,
		backoff:     bridge.DefaultBackoff(),
	}
	for _, opt := range opts {
		opt(&s)
	}
	return s
}

func (s *settings) logger() *slog.Logger {
	if s.log == nil {
		return slog.Default()
	}
	return s.log
}

// Prefix sets the start of the names of all tables, views and indexes; an underscore
// follows it. The default is signals. A prefix has at most 40 letters, digits and _.
func Prefix(prefix string) Option { return func(s *settings) { s.names.prefix = prefix } }

// Schema sets the schema of the tables in PostgreSQL. It must exist. By default [Migrate]
// creates the tables in the first schema of search_path, and [New] finds them through
// search_path; a transaction that changes its search_path later still uses these tables.
// A schema has at most 40 letters, digits and _.
func Schema(schema string) Option { return func(s *settings) { s.names.schema = schema } }

// Keep sets how long an event is kept after every group has done it, for queries and for
// new groups, which start with it. The default is 0: it is deleted at once.
func Keep(d time.Duration) Option { return func(s *settings) { s.keep = max(d, 0) } }

// KeepUnheard sets how long an event is kept for which there has never been a group, so
// that a sender may start long before the first receiver. The default is 7 days.
func KeepUnheard(d time.Duration) Option { return func(s *settings) { s.keepUnheard = max(d, 0) } }

// Poll sets the longest time between two polls of an idle subscription. The first pause
// is a sixteenth of it, and each further one is twice as long. The default is a second.
// It may be longer if [Notify] wakes every process.
func Poll(longest time.Duration) Option {
	return func(s *settings) { s.poll = max(longest, time.Millisecond) }
}

// Lease sets how long a process owns the events that it has claimed. It renews its leases
// three times in that time; when a process dies, another one gets its events after the
// lease. The default is 15 seconds. [bridge.AckWait] sets it for one subscription.
func Lease(d time.Duration) Option {
	return func(s *settings) { s.lease = max(d, shortestLease) }
}

// shortestLease is a few milliseconds, the unit of leases in the database.
const shortestLease = 10 * time.Millisecond

// Batch sets the most events that a subscription claims at once. The default is 64.
func Batch(n int) Option { return func(s *settings) { s.batch = max(n, 1) } }

// MaxDeliver sets after how many failures an event becomes a dead letter. The default is
// 10, which takes about 48 minutes with the default [Backoff]. An event whose deliveries
// end without a result, for instance because its receiver crashes the process, becomes a
// dead letter after four times as many: other events of that process are not at fault.
// [bridge.MaxDeliver] sets it for one subscription.
func MaxDeliver(n int) Option { return func(s *settings) { s.maxDeliver = max(n, 1) } }

// Backoff sets the pauses before an event that has failed is delivered again: the first
// one after the first failure, and so on; the last one repeats. The default is 1s, 5s,
// 30s, 2m, 5m and 10m. [bridge.Backoff] sets it for one subscription.
func Backoff(pauses ...time.Duration) Option {
	return func(s *settings) { s.backoff = slices.Clone(pauses) }
}

// Logger sets the logger for dead letters and for errors that a subscription recovers
// from. The default is slog.Default().
func Logger(log *slog.Logger) Option { return func(s *settings) { s.log = log } }

// Notify wakes subscriptions through LISTEN and NOTIFY of PostgreSQL. The transport
// listens with l while it has subscriptions. Senders need no option: once a group has had
// a listener, every process that publishes for it notifies. Without Notify, subscriptions
// of other processes find events by polling, and they do so when a notification is lost.
func Notify(l Listener) Option { return func(s *settings) { s.listener = l } }

// A Listener receives notifications of PostgreSQL, for which database/sql has no
// interface. Module bridge/sql/pgx has one for pgx.
type Listener interface {
	// Listen listens on a channel until ctx is done. It calls notify with "" when it has
	// started to listen, and then with the payload of each notification. When it returns
	// an error it is called again after a pause.
	Listen(ctx context.Context, channel string, notify func(payload string)) error
}
