package watermillbridge

import (
	"log/slog"
	"strings"

	"github.com/ThreeDotsLabs/watermill/message"
)

// An Option changes a [Transport].
type Option func(*Transport)

// Topic has name say on which topic the signals of a stable name are. Both ends have
// to agree. The default keeps letters, digits, dots and hyphens, makes __ of a slash
// and _u of an underscore, so that no two names meet:
//
//	example.com/shop/order.Placed    example.com__shop__order.Placed
func Topic(name func(typ string) string) Option {
	return func(t *Transport) { t.topic = name }
}

// DeadTopic has name say to which topic the dead letters go of a group and a topic.
// The default is the topic, a dot, the group, in the form of [Topic], and .dead.
func DeadTopic(name func(topic, group string) string) Option {
	return func(t *Transport) { t.deadTopic = name }
}

// MaxAttempts says how often a message may fail in one process before it becomes a
// dead letter. The default is 5.
func MaxAttempts(n int) Option {
	return func(t *Transport) { t.maxAttempts = max(n, 1) }
}

// ErrorHandler has report called with what nobody else can be told: a dead letter
// that cannot be published, for which its message stays where it is. The default
// logs it with slog.Default at level Error.
func ErrorHandler(report func(err error)) Option {
	return func(t *Transport) { t.report = report }
}

// PartitionKey returns the key of a message's envelope, which is its sender if the
// signal has senders: what has one key must stay in order. It is for the publisher
// of a broker that has partitions.
func PartitionKey(m *message.Message) string { return m.Metadata.Get("ce-partitionkey") }

var escaped = strings.NewReplacer("/", "__", "_", "_u")

func defaultTopic(typ string) string { return escaped.Replace(typ) }

func defaultDeadTopic(topic, group string) string {
	return topic + "." + escaped.Replace(group) + ".dead"
}

func logError(err error) { slog.Default().Error("watermill bridge", "error", err) }
