// Package natsbridge carries the signals of package bridge between processes through NATS
// JetStream. What one process sends is stored in a stream before the send returns, and
// every group of receivers gets it, including a group whose members are all down.
//
//	import natsbridge "github.com/signalgen/signalgen/bridge/nats"
//
//	transport, err := natsbridge.Connect(ctx, "nats://localhost:4222")
//	if err != nil { ... }
//	defer transport.Close()
//	b := bridge.New(transport)
//
// Connect waits, as long as ctx allows, for a server that is not up yet and for a cluster
// that elects a leader.
//
// [ConnOptions] are for credentials, NKeys and TLS; [New] takes an existing connection.
// Package embedded beside this one runs a server inside the process. The server must be
// 2.10 or later, and should be 2.12 or later.
//
// # Order
//
// Envelopes of one key are received in the order in which they were published as long as
// one member receives them all on one connection. What a member held when it was closed or
// killed, when its connection was lost, or when it was stopped for longer than the ack wait,
// is redelivered, and may come after what was published later. Two members share the stream
// envelope by envelope, so two envelopes of one key may be in progress in two processes at
// once.
//
// [Ordered] keeps the order in all these cases: the server delivers everything to one
// member of the group, and to another only when that one is gone.
//
// In either case, an envelope that has failed all retries inside the process comes after
// those published later, and what a process held when it died comes twice.
//
// # Streams and consumers
//
//   - The stream SIGNALS ([Stream]) has the subjects signals.> ([Prefix]). A signal is
//     published under the prefix and its stable name: shop.order.placed under
//     signals.shop.order.placed, github.com/shop/order.Placed under
//     signals.github.com/shop/order.Placed. Bytes other than letters, digits, _, -,
//     / and dots between them are percent-encoded. The stream also has the subjects
//     signals-retry.>, for retries.
//   - A group that receives a signal is a durable pull consumer of the stream, named after
//     both: mailer@shop~order~placed, with ~ for a dot and + for a slash. It remains when
//     the group has no members; remove the consumer of a group that you give up. A new
//     group begins with everything the stream still holds; see bridge.FromNow. A
//     bridge.Broadcast has a consumer for as long as it lasts.
//   - The stream SIGNALS_DEAD ([DeadStream]) has the subjects signals-dead.> for dead
//     letters, by group and signal: signals-dead.mailer.shop.order.placed.
//
// The stream keeps an envelope for 7 days ([MaxAge]) and no longer: a group that has not
// received it by then never does. With [Interest] the stream drops it as soon as every
// group has settled it.
//
// Streams and consumers that do not exist are created. A stream that exists is never
// changed, purged or deleted: options about it apply only when it is created. You may
// create it yourself, with other limits, replicas or placement, or change it later. A
// consumer that exists is not changed either, except by [AckWait], [MaxAckPending] and
// [Ordered], and to add the subject of retries. Several programs may share a stream, and
// several pairs of streams with different prefixes may share a server.
//
// # Messages
//
// A message is an event of CloudEvents 1.0 in binary mode, which programs in other
// languages can read and write: headers ce-id, ce-source, ce-type and so on, with the data
// unchanged. It also has Nats-Msg-Id, made of source and id, by which the stream detects
// duplicates within a window ([DedupeWindow], 2 minutes), and, after a replay,
// Signalgen-Group.
//
// The released CloudEvents binding for NATS has structured mode only, one JSON object for
// the event and its data; binary mode came with the headers of NATS. Subscriptions accept
// both.
//
// # Publishing
//
// Publish returns nil when the stream has acknowledged the envelope. If the connection is
// lost, the server does not answer within 2 seconds, or the stream has no leader, Publish
// waits and publishes again with the same id until its ctx is done; a bridge limits that
// to 30 seconds by default. So a restart of the server or the election of a leader delays
// senders and causes no errors. A full stream that refuses messages ([DiscardNew]) delays
// them too. An envelope larger than the server accepts is an error at once: 64 KiB for the
// headers, and 1 MiB in total unless configured otherwise, each less 2 KiB for the headers
// of a dead letter.
//
// If the stream answers the first attempt with a duplicate, Publish compares the stored
// message. If it differs, somebody else has used the id: the envelope is not stored, and
// Publish returns an error.
//
// If a server answers neither a publish nor a ping within 4 s, or has sent no heartbeat
// for 6 s and does not answer a ping, the connection moves to another server of the
// cluster.
//
// # Receiving
//
// A subscription requests as many envelopes as it has room for ([Prefetch], 128) and
// delivers them in the order of the stream. A server does not notice that a process has
// died or that its connection is lost; it redelivers what has not been acknowledged within
// the ack wait ([AckWait], 6 seconds). That is short, so three times per ack wait the
// subscription tells the server what is in progress, including envelopes that no receiver
// has been called with yet, for as long as the process lives.
//
// What a process held when it died comes again: usually a few envelopes, at most Prefetch.
//
// A process that is stopped for longer than the ack wait, or whose machine is suspended,
// tells the server nothing either, and the server redelivers what it holds. When it
// resumes, it drops what it has not delivered and requests anew. Deliveries that the
// bridge has accepted by then, at most bridge.InFlight, are handled twice if the server has
// redelivered them to another member.
//
// When a subscription ends, envelopes that were not delivered go to other members at once.
//
// If somebody deletes the consumer of a group that has members, they create it again. It
// begins after the group's ack floor, which the members poll every 2 s: nothing is lost,
// and what was settled since comes twice.
//
// # Failures
//
// An envelope that has failed is redelivered after a pause: 1 s, 5 s, 30 s, 2 min, 5 min
// and then every 10 min ([Backoff], bridge.Backoff). After 10 failures ([MaxDeliver],
// bridge.MaxDeliver), which is three quarters of an hour, it becomes a dead letter.
//
// During the pause the envelope is a scheduled message of the stream, which the server
// publishes to the subject of the group's retries when it is due. The original is
// acknowledged, so envelopes that wait do not count against the limits of the group
// ([MaxAckPending]) and the member ([Prefetch]): the others go on, however many fail. The
// server looks for due messages every quarter of a second.
//
// Scheduling needs a server of 2.12 or later, and a stream without [Interest] and
// [DiscardNew], with allow_msg_schedules and the subjects signals-retry.>. Otherwise the
// envelope is negatively acknowledged with a delay, and counts against MaxAckPending while
// it waits. In nats-server 2.15 each such acknowledgement also postpones the time at which
// the consumer next looks for due messages: at more than 100 failures a second, few are
// redelivered until the failures stop.
//
// A stream that allows schedules publishes for anyone who may publish to any of its
// subjects, also to subjects where they may not. Subscriptions reject a message that was
// scheduled from the subject of another signal, and a retry that was scheduled from the
// subject of another group: it becomes a dead letter. Programs that read the stream
// without this package must check the header Nats-Scheduler themselves.
//
// # Dead letters
//
// An envelope that has failed MaxDeliver times, one that a receiver calls poison, and a
// message that is not a CloudEvent or has another type is stored as a dead letter: the
// original message, with headers that tell the error, the number of attempts, and its
// place in the stream. Only then is the original acknowledged. If the dead letter cannot
// be stored, the original is redelivered after the ack wait, and delays nothing else. A
// broadcast has no dead letters.
//
// The server cannot tell which envelope crashed a process. Each crash counts as an attempt
// for everything that the process held, up to Prefetch, and so does the end of a
// subscription for what it gives back. An envelope that was delivered four times MaxDeliver
// without being settled becomes a dead letter. So a receiver that keeps crashing may turn
// other envelopes into dead letters; replay them once it is fixed. A smaller Prefetch makes
// them fewer.
//
// [Transport.DeadLetters] lists dead letters, [Transport.Replay] publishes one again for
// the group that failed, and [Transport.Discard] removes one. [Transport.ReplayAll] and
// [Transport.DiscardAll] take those that a filter selects. The command signalgen-nats does
// the same from a shell. A dead letter is identified by its sequence in the stream, because
// a message that is not a CloudEvent has no id. Dead letters do not expire, and only the
// server's limits bound them. [Transport.Groups] lists the groups with their lag and the
// number of their dead letters.
//
// Anyone who may publish under signals-dead.mailer can forge a dead letter of mailer. Its
// group and signal are those of its subject, whatever its headers say, and a replay is for
// that group alone.
//
// # Performance
//
// The program in embedded/compare measures the bridge against the same program written by
// hand with nats.go, which publishes with an id, waits for the acknowledgement, and
// receives from a durable consumer. Server, sender and receiver run on two processors;
// latencies and rates of the bridge are medians of the ratios to the program by hand:
//
//	                        latency (p50)   a second, 16 senders
//	by hand                      135 µs           34,200
//	the transport alone          1.09             0.94
//	with a bridge on it          1.30             0.75
//
// The rest is the cost of the CloudEvents headers, which the client library encodes and
// decodes and the server stores, and of time limits, order and deduplication in the
// bridge.
//
// The program in embedded/crash kills, stops and delays servers and receivers, and counts
// what becomes of the signals that are sent meanwhile.
//
// # Operation
//
// A server acknowledges a message once it has been written to the operating system. By
// default it syncs to disk every two minutes: a process that is killed loses nothing, but
// a machine that loses power loses messages that senders believe to be stored. In a
// cluster with three [Replicas] on machines with independent power supplies, this is as
// safe as a disk. On a single server set
//
//	jetstream { sync_interval: 1s }
//
// which has no measurable cost, or sync_interval: always, which costs a disk write per
// publish: 0.3 ms instead of 0.03 ms on the virtual disk where it was measured. The
// embedded server has an option for that.
//
// [Transport.Health] reports whether a transport can publish and receive, [Transport.Lag]
// what waits for a group.
//
// These are the least permissions that programs need, which a test verifies. All subscribe
// to _INBOX.>, or to their own inbox if the connection has nats.CustomInboxPrefix. A
// program that sends shop.order.placed publishes to
//
//	signals.shop.order.placed
//	$JS.API.STREAM.INFO.SIGNALS
//	$JS.API.STREAM.INFO.SIGNALS_DEAD
//
// One that receives it as the group mailer publishes to
//
//	$JS.API.STREAM.INFO.SIGNALS
//	$JS.API.STREAM.INFO.SIGNALS_DEAD
//	$JS.API.CONSUMER.INFO.SIGNALS.mailer@shop~order~placed
//	$JS.API.CONSUMER.MSG.NEXT.SIGNALS.mailer@shop~order~placed
//	$JS.ACK.SIGNALS.mailer@shop~order~placed.>
//	signals-retry.mailer.wait.>
//	signals-dead.mailer.>
//
// To create what does not exist, both need $JS.API.STREAM.CREATE. with the names of the
// streams, and the receiver $JS.API.CONSUMER.CREATE.SIGNALS. with the name of its
// consumer. The consumer of a broadcast has a random name, and the program also deletes
// it. A sender that may publish to $JS.API.STREAM.MSG.GET.SIGNALS can compare a message
// with the same id. The documentation of the command signalgen-nats lists what an operator
// needs.
package natsbridge
