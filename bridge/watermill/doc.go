// Package watermillbridge is a [bridge.Transport] over Watermill, and so over
// everything that Watermill has a Pub/Sub for: Kafka, AMQP, Redis streams, SQL
// databases, the brokers of the clouds.
//
//	publisher, err := kafka.NewPublisher(...)
//	transport := watermillbridge.New(publisher, func(group string) (message.Subscriber, error) {
//		return kafka.NewSubscriber(kafka.SubscriberConfig{ConsumerGroup: group, ...}, logger)
//	})
//	b := bridge.New(transport)
//
// A program ends by closing b, then transport, then publisher.
//
// Each subscription has a subscriber of its own, which is closed with it. Closing is how
// the database adapters are told to store what was acknowledged; without it a stop in the
// middle of a backlog hears up to a hundred messages twice. A subscriber of
// Redis closes its client too, so give each a client of its own. If your subscribers share
// something that must stay open, return one whose Close leaves it open; the example shows
// how.
//
// # What depends on the broker
//
// Watermill has one interface for all brokers, and each fills it in its own way:
//
//   - Groups are the broker's: subscriber has to return one that shares the
//     messages of a topic among all that have the group's name, and that keeps them
//     while none runs. Kafka's consumer groups and durable queues of AMQP do. Some
//     Pub/Subs, gochannel among them, have no groups.
//   - Whether a new group hears what was published before its first subscription. With
//     Kafka and Redis that is a setting of the subscriber. [bridge.FromNow] and
//     [bridge.Broadcast] are not supported.
//   - Order. Most subscribers hand over one message of a topic, or of a partition of
//     it, and the next when that is settled. Then order is kept, and a process
//     receives no more at the same time than it has partitions. A partitioned broker
//     keeps what is of one sender in order if it partitions by [PartitionKey].
//   - What a publish that has returned nil is worth: set the publisher so that it
//     waits for the broker's acknowledgement.
//   - How long a message may be held before the broker gives it to another process: see
//     below. [bridge.AckWait] is not supported.
//   - How long a topic's name may be: see [TopicLimit].
//
// Watermill cannot say whether a broker can be reached, or how much waits for a group, so
// the transport is neither a [bridge.HealthChecker] nor a [bridge.LagReporter].
//
// # Failures
//
// Watermill does not tell how often a broker has handed over a message, so this package
// counts in the process. A message that fails is not given back: it waits in the process,
// as [Backoff] says, and is handed over again. The broker learns only how that ends. A
// negative acknowledgement would have most adapters hand over the message again at once or
// every second, without end. So a broker that hands over one message at a time keeps its
// order, and what is behind a message that fails waits with it: shorten [Backoff] or
// [MaxDeliver] if a topic must go on, or have receivers say what cannot be mended, by
// [bridge.Poison].
//
// A message must be allowed to wait as long as the longest pause, and the receivers, take.
// Otherwise the broker gives it to another process of the group, which begins to count
// anew. If the message comes back to the same process, it joins the one that is held: it is
// not handed over twice, and its failures count. Look at these settings:
//
//   - Redis: MaxIdleTime, a minute by default. It is also what messages wait for that the
//     subscriber of a process had read but not handed over when it stopped.
//   - SQL: AckDeadline, half a minute by default. While a message is held, its transaction
//     is open, and with the default schema for PostgreSQL no group sees what is published
//     after it, on any topic of the server, until the deadline. So keep the deadline, or
//     make it shorter, rather than turn it off.
//   - AMQP: RabbitMQ's consumer_timeout, half an hour by default.
//
// # Dead letters
//
// What has failed [MaxDeliver] times in one process, and what is poison or no event at
// all, is published once more as a dead letter, to a topic of its own for each group
// ([DeadTopic]), with the reason in its metadata. If that fails it is reported to the
// [ErrorHandler], and tried again while the message is held.
//
// [Transport.DeadLetters], [Transport.ReplayAll] and [Transport.DiscardAll] deal with
// the dead letters of one signal and one group. Watermill can neither list topics nor read
// a topic without taking its messages, nor find one message by its id, so there is no
// method for a single dead letter, and to look at them is to put each one back at the end
// of its topic. They read as the group that has .replay behind its name. A broker that
// keeps messages only for groups that it knows, as AMQP does, has to know this one before
// there are dead letters: call DeadLetters once.
package watermillbridge
