package sqlbridge

import (
	"context"
	"log/slog"
	"slices"
	"time"

	"github.com/signalgen/signalgen/bridge"
)

// An Option changes a [Transport], or what [Migrate] makes.
type Option func(*settings)

type settings struct {
	names      names
	keep       time.Duration
	unheard    time.Duration
	poll       time.Duration
	lease      time.Duration
	batch      int
	maxDeliver int
	backoff    []time.Duration
	listener   Listener
	log        *slog.Logger
}

func settingsOf(opts []Option) settings {
	s := settings{
		names:      names{prefix: "signals"},
		unheard:    7 * 24 * time.Hour,
		poll:       time.Second,
		lease:      15 * time.Second,
		batch:      64,
		maxDeliver: bridge.DefaultMaxDeliver,
		backoff:    bridge.DefaultBackoff(),
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

// Prefix is what the names of all tables, views and indexes begin with, before an
// underscore. The default is signals. It has at most 40 letters, digits and _.
func Prefix(prefix string) Option { return func(s *settings) { s.names.prefix = prefix } }

// Schema names the schema of PostgreSQL that the tables are in; it must exist. The
// default is where search_path finds them, or has them made, when [New] or [Migrate]
// is called: a transaction that changes its search_path still finds them there. It
// has at most 40 letters, digits and _.
func Schema(schema string) Option { return func(s *settings) { s.names.schema = schema } }

// Keep says how long a row remains after every group is done with it, to look things
// up in, and for a new group to begin with. The default is 0: it is deleted at once.
func Keep(d time.Duration) Option { return func(s *settings) { s.keep = max(d, 0) } }

// KeepUnheard says how long an event is kept for which there has never been a group.
// The default is 7 days: the program that sends may be started long before the one
// that receives.
func KeepUnheard(d time.Duration) Option { return func(s *settings) { s.unheard = max(d, 0) } }

// Poll says how long a subscription that is idle waits, at most, before it looks for
// events that nothing has woken it for. It waits a sixteenth of that at first, and
// then twice as long each time. The default is a second. It may be longer where [Notify]
// wakes every process.
func Poll(most time.Duration) Option {
	return func(s *settings) { s.poll = max(most, time.Millisecond) }
}

// Lease says for how long a process holds the events that it has claimed, unless it
// renews that, which it does three times in it. Events in the hands of a process that
// has died wait so long for another one. The default is 15 seconds.
// [bridge.AckWait] sets it for one subscription.
func Lease(d time.Duration) Option {
	return func(s *settings) { s.lease = max(d, leastLease) }
}

// leastLease is some milliseconds, in which leases are counted.
const leastLease = 10 * time.Millisecond

// Batch bounds how many events a subscription claims at once. The default is 64.
func Batch(n int) Option { return func(s *settings) { s.batch = max(n, 1) } }

// MaxDeliver says how many times an event may fail before it becomes a dead letter.
// The default is 10, which with the default [Backoff] takes about 48 minutes.
// An event that was never settled, because its receiver takes the process down, say,
// has four times as many: others in the hands of that process are not to blame.
// [bridge.MaxDeliver] sets it for one subscription.
func MaxDeliver(n int) Option { return func(s *settings) { s.maxDeliver = max(n, 1) } }

// Backoff says how long an event waits that has failed: the first pause after the
// first failure, and so on; the last one repeats. The default is 1s, 5s, 30s, 2m, 5m
// and 10m. [bridge.Backoff] sets it for one subscription.
func Backoff(pauses ...time.Duration) Option {
	return func(s *settings) { s.backoff = slices.Clone(pauses) }
}

// Logger is told of dead letters and of what keeps a subscription from working. The
// default is slog.Default().
func Logger(log *slog.Logger) Option { return func(s *settings) { s.log = log } }

// Notify has PostgreSQL wake the subscriptions of other processes: l listens for as
// long as the transport has subscriptions, and whoever publishes, in any process,
// notifies those who have ever listened. See [Listener]. Without it they find events
// by polling; and with it too, when a notification is lost. PostgreSQL commits
// transactions that notify one after another.
func Notify(l Listener) Option { return func(s *settings) { s.listener = l } }

// A Listener waits for notifications of PostgreSQL, for which every driver has a way
// of its own. The module bridge/sql/pgx has one for pgx.
type Listener interface {
	// Listen listens on a channel until ctx is done, and calls notify with the payload
	// of each notification; first with "" when it has begun to listen. When it fails,
	// it is called again after a while.
	Listen(ctx context.Context, channel string, notify func(payload string)) error
}
