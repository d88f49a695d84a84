package natsbridge

import (
	"cmp"
	"log/slog"
	"time"
)

// An Option changes a default of a [Transport].
type Option func(*settings)

// settings has the zero value for what no option has set: a consumer that exists
// keeps what it has there.
type settings struct {
	stream, dead  string
	prefix        string
	memory        bool
	maxAge        time.Duration
	dedupe        time.Duration
	replicas      int
	ackWait       time.Duration
	maxAckPending int
	maxDeliver    int
	prefetch      int
	fromNow       bool
	log           *slog.Logger
}

func settingsOf(opts []Option) settings {
	s := settings{
		maxAge:     7 * 24 * time.Hour,
		dedupe:     2 * time.Minute,
		replicas:   1,
		maxDeliver: 5,
		prefetch:   128,
	}
	for _, o := range opts {
		o(&s)
	}
	s.stream = cmp.Or(s.stream, "SIGNALS")
	s.dead = cmp.Or(s.dead, s.stream+"_DEAD")
	s.prefix = cmp.Or(s.prefix, "signals")
	return s
}

// deadPrefix is what the subjects of dead letters begin with. It is no subject
// under the prefix, for two streams cannot hold the same one.
func (s *settings) deadPrefix() string { return s.prefix + "-dead" }

func (s *settings) logger() *slog.Logger {
	if s.log == nil {
		return slog.Default()
	}
	return s.log
}

// Stream names the stream that holds the envelopes. The default is SIGNALS.
func Stream(name string) Option { return func(s *settings) { s.stream = name } }

// DeadStream names the stream that holds the dead letters. The default is the
// stream's name with _DEAD behind it.
func DeadStream(name string) Option { return func(s *settings) { s.dead = name } }

// Prefix is what subjects begin with: those of signals have it and a dot in
// front, those of dead letters -dead between the two. The default is signals. It
// keeps apart what shares an account of a server, with other names for the streams.
func Prefix(prefix string) Option { return func(s *settings) { s.prefix = prefix } }

// Memory has the streams kept in the server's memory, if they are made by this
// transport: faster, and gone when the server stops.
func Memory() Option { return func(s *settings) { s.memory = true } }

// MaxAge says how long the stream keeps an envelope, if it is made by this
// transport; 0 is for ever. The default, 7 days, is for a group that is away over
// a long weekend, without a disk that fills for ever: what a group has not taken
// by then it does not get. Dead letters have no age.
func MaxAge(d time.Duration) Option { return func(s *settings) { s.maxAge = d } }

// DedupeWindow says for how long the stream knows the ids of what it has stored,
// if it is made by this transport: an envelope that is published again within it,
// since the acknowledgement was lost on the way, is not stored again. The default
// is NATS' own, 2 minutes, as it is for 0: longer than a server takes to restart, and
// the ids of 2,000 envelopes a second take some 25 MB of the server's memory in it.
func DedupeWindow(d time.Duration) Option { return func(s *settings) { s.dedupe = d } }

// Replicas says on how many servers of a cluster the streams are kept, if they are
// made by this transport. The default is 1; with 3 an acknowledged envelope
// survives the loss of a server.
func Replicas(n int) Option { return func(s *settings) { s.replicas = n } }

// AckWait says after how long without a sign of life the server gives an envelope
// to another member of the group. Since a connection that breaks is no sign to
// the server, it is what the envelopes of a process that has died wait for. The
// members say three times in it that they are alive, however long a receiver
// takes. It is also the pause before an envelope that has failed is handed over
// again. The default is 6 s. A group that exists keeps what it has unless this
// option says otherwise, which 0 and less do not.
func AckWait(d time.Duration) Option { return func(s *settings) { s.ackWait = max(0, d) } }

// MaxAckPending bounds how many envelopes the members of a group may hold
// together, those that have failed and wait to be handed over again among them.
// The default is 1000, which is NATS' own: a server that has more than 1,024 to look
// after puts off handing over again as long as acknowledgements come in. A group
// that exists keeps what it has unless this option says otherwise, which 0 and less
// do not.
func MaxAckPending(n int) Option { return func(s *settings) { s.maxAckPending = max(0, n) } }

// MaxDeliver says how many times an envelope is handed over that fails each time,
// before it becomes a dead letter. The default is 5: with the retries that the
// bridge makes in the process and an AckWait of 6 s it rides out half a minute. An
// envelope that is never settled, since its receiver takes the process down, say,
// has four times as many: the others in the hands of that process are handed over
// as often, and are not to blame; see Dead letters in the package's comment. Less
// than 1 is 1: what fails once is a dead letter.
func MaxDeliver(n int) Option { return func(s *settings) { s.maxDeliver = max(1, n) } }

// Prefetch bounds how many envelopes a subscription holds that are not settled.
// The default is 128: twice what a bridge works on at a time, so that the way to the
// server costs no throughput, and few enough that another member finds work and that
// a crash has little to hand over again. Less than 1 is 1.
func Prefetch(n int) Option { return func(s *settings) { s.prefetch = max(1, n) } }

// FromNow has a group that is not known to the server yet begin with what is
// published from now on. Without it, it begins with the oldest envelope that the
// stream still has, for it matters not which program is started first: a group that
// is added to a system at work first hears what was sent within MaxAge, 7 days. A
// group that is known goes on where it was, with this option too.
func FromNow() Option { return func(s *settings) { s.fromNow = true } }

// Logger is told of dead letters, of what keeps a subscription from working, and of
// what becomes of a connection that [Connect] has made.
// The default is slog.Default().
func Logger(log *slog.Logger) Option { return func(s *settings) { s.log = log } }
