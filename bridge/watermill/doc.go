// Package watermillbridge is a [bridge.Transport] over Watermill, and so over every broker
// for which Watermill has a Pub/Sub: Kafka, AMQP, Redis streams, SQL databases and cloud
// services.
//
//	publisher, err := kafka.NewPublisher(...)
//	transport := watermillbridge.New(publisher, func(group string) (message.Subscriber, error) {
//		return kafka.NewSubscriber(kafka.SubscriberConfig{ConsumerGroup: group, ...}, logger)
//	})
//	b := bridge.New(transport)
//
// At the end of the program, close b, then transport, then publisher.
//
// Each subscription has its own subscriber, which is closed with it. The database adapters
// store what was acknowledged when they are closed; otherwise, after a stop in the middle
// of a backlog, up to a hundred messages are delivered twice. A Redis subscriber also
// closes its client, so give each its own client. If your subscribers share something that
// must stay open, return a subscriber whose Close leaves it open, as the example does.
//
// # What depends on the broker
//
// Watermill has one interface for all brokers, which implement it in different ways:
//
//   - Groups. The func subscriber must return a subscriber that shares the messages of a
//     topic with all subscribers of the group, and whose broker stores the messages while
//     the group has no subscriber. Kafka's consumer groups and AMQP's durable queues do.
//     Some Pub/Subs, such as gochannel, have no groups.
//   - Whether a new group receives what was published before its first subscription. With
//     Kafka and Redis this is a setting of the subscriber. [bridge.FromNow] and
//     [bridge.Broadcast] are not supported.
//   - Order. Most subscribers deliver one message of a topic, or of a partition, and the
//     next one when it is settled. This keeps the order, and a process receives no more
//     messages at the same time than it has partitions. A partitioned broker keeps the
//     messages of one sender in order if it partitions by [PartitionKey].
//   - What it means that a publish has returned nil: configure the publisher to wait for
//     the broker's acknowledgement.
//   - How long a message may be unacknowledged before the broker redelivers it to another
//     process: see below. [bridge.AckWait] is not supported.
//   - How long a topic's name may be: see [TopicLimit].
//
// Watermill does not tell whether a broker can be reached or what waits for a group, so the
// transport is neither a [bridge.HealthChecker] nor a [bridge.LagReporter].
//
// # Failures
//
// Watermill does not tell how often a broker has delivered a message, so this package
// counts in the process. A message that fails stays in the process, unacknowledged, and is
// delivered again after the pause of [Backoff]. The broker learns only the final result:
// after a negative acknowledgement most adapters would redeliver the message at once or
// every second, without end. So a broker that delivers one message at a time keeps its
// order, and the messages behind one that fails wait with it. If a topic must go on,
// shorten [Backoff] or [MaxDeliver], or let receivers return [bridge.Poison] for what
// retrying does not help.
//
// The broker must allow a message to be unacknowledged for as long as the longest pause and
// the receivers take. Otherwise it redelivers the message to another process of the group,
// which starts its own count. If it redelivers the message to the same process, that does
// not deliver it twice, and its failures still count. Check these settings:
//
//   - Redis: MaxIdleTime, a minute by default. After a process has stopped, messages that
//     its subscriber had read but not delivered also wait that long.
//   - SQL: AckDeadline, half a minute by default. While a message is unacknowledged its
//     transaction is open, and with the default schema for PostgreSQL no group sees what is
//     published after it, on any topic of the server, until the deadline. So keep the
//     deadline or shorten it, rather than disable it.
//   - AMQP: RabbitMQ's consumer_timeout, half an hour by default.
//
// # Dead letters
//
// A message that has failed [MaxDeliver] times in one process, that is poison or that is no
// CloudEvent becomes a dead letter: it is published to a topic of its own for each group
// ([DeadTopic]), with the reason in its metadata. If that fails, the error goes to the
// [ErrorHandler], and publishing is retried while the message stays unacknowledged.
//
// [Transport.DeadLetters], [Transport.ReplayAll] and [Transport.DiscardAll] work on the
// dead letters of one signal and one group. Watermill can neither list topics, nor read a
// topic without consuming its messages, nor find a message by its id. So there is no method
// for a single dead letter, and listing puts each one back at the end of its topic. They
// read as the group with .replay after its name. A broker that stores messages only for
// groups that it knows, as AMQP does, must know this group before there are dead letters:
// call DeadLetters once.
package watermillbridge
