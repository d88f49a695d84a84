// Package natsbridge carries the signals of package bridge between processes
// through NATS JetStream: what is sent in one process is stored in a stream before the
// send returns, and every group of receivers gets it, also one that is away at that time.
//
//	import natsbridge "github.com/signalgen/signalgen/bridge/nats"
//
//	transport, err := natsbridge.Connect(ctx, "nats://localhost:4222")
//	if err != nil { ... }
//	defer transport.Close()
//	b := bridge.New(transport)
//
// A server that is not up yet is waited for, as long as ctx allows, and so is a cluster
// that elects a leader.
//
// [ConnOptions] are for credentials, NKeys and TLS; [New] takes a connection that you
// have made yourself. Package embedded beside this one runs a server inside the
// process. The server must be 2.10 or later, and should be 2.12 or later.
//
// # Order
//
// What has one key is heard in the order in which it was published as long as a group has
// one member at a time. Two members share what the stream has, envelope by envelope, so
// that two of one key are in two processes at the same time. [Ordered] keeps the order in
// a group of several: the server gives everything to one of them, and to another one only
// when that one is gone.
//
// With either, what has failed in all the retries of the bridge comes later than what was
// published after it, and what was in the hands of a process that has died comes twice.
//
// # What is at the server
//
//   - The stream SIGNALS ([Stream]) has the subjects signals.> ([Prefix]). A signal
//     is published under the prefix and its stable name: shop.order.placed under
//     signals.shop.order.placed, github.com/shop/order.Placed under
//     signals.github.com/shop/order.Placed. Bytes other than letters, digits, _, -,
//     / and dots between them are written as in a URL. The stream also has the subjects
//     signals-retry.>, for what has failed.
//   - A group that receives a signal is a durable pull consumer of the stream,
//     called by both: mailer@shop~order~placed, a dot written as ~, a slash as +.
//     It remains when the group has no members any more; remove the consumer of a group
//     that you give up. A new group begins with all that the stream still holds; see
//     bridge.FromNow. A bridge.Broadcast has a consumer for as long as it lasts.
//   - The stream SIGNALS_DEAD ([DeadStream]) has the subjects signals-dead.> and in
//     them dead letters, under the group and the signal:
//     signals-dead.mailer.shop.order.placed.
//
// The stream keeps an envelope for 7 days ([MaxAge]), and no longer: a group that has not
// taken it by then does not get it. [Interest] has the stream drop it earlier, once every
// group has taken it.
//
// What does not exist is made. A stream that exists stays as it is: options about it
// count only when it is made, and it is never shrunk, emptied or removed. You may set it
// up beforehand, with other limits, replicas or placement, or change it
// afterwards. A consumer that exists stays as it is too, except for what the program asks
// for by [AckWait], [MaxAckPending] or [Ordered], and for the subject of its retries.
// Several programs may use one stream, and several pairs of streams, with prefixes of
// their own, one server.
//
// # What a message is
//
// An event of CloudEvents 1.0 in binary mode, which programs in other languages can read
// and write: headers ce-id, ce-source, ce-type and so on, with the data as they are. Beside
// these it has Nats-Msg-Id, made of source and id, by which the stream stores once what
// is published twice within its window ([DedupeWindow], 2 minutes), and, if it has been
// replayed, Signalgen-Group.
//
// The released binding of CloudEvents for NATS has structured mode, one JSON object for
// the event and its data; binary mode came with the headers of NATS. A subscription reads
// both.
//
// # Publishing
//
// Publish returns nil when the stream has acknowledged the envelope. If the
// connection is lost, the server does not answer within 2 seconds, or the stream has no
// leader, Publish waits and publishes again under the same id, until its ctx is done; a
// bridge limits that to 30 seconds unless told otherwise. So a server that restarts, or a
// cluster that elects a leader, costs senders time and nothing else. A stream that is full
// and refuses ([DiscardNew]) makes them wait as well. An envelope that is larger than the
// server takes is an error at once: 64 KiB for the headers, and 1 MiB for all unless it is
// configured otherwise, each less 2 KiB for a dead letter's headers.
//
// If the stream answers the first attempt that it has the id already, Publish compares the
// message that it has. Another one is an error: somebody else has taken the id, and the
// envelope is not stored.
//
// A server that has answered neither a publish nor a ping for 4 s, or has sent no
// heartbeat for 6 s and does not answer a ping, is left for another one of its cluster.
//
// # Receiving
//
// A subscription asks for as many envelopes as it has room for ([Prefetch], 128), and
// hands them over in the order of the stream. A server does not notice that a process
// has died, or that the connection to it has; it hands over again what it has heard
// nothing of for as long as the ack wait ([AckWait], 6 seconds). So that is short, and
// the subscription tells the server three times in it what it still holds, be it in
// the hands of a receiver or waiting in line, for as long as the process lives.
//
// What was in the hands of a process that has died comes once more, a few envelopes as
// a rule and never more than Prefetch.
//
// A process that is stopped for longer than the ack wait, or whose machine is suspended,
// gives no sign of life either, and the server hands over again what it holds. When it
// goes on it gives up what it has not handed over, and asks anew. What the bridge has
// taken over by then, at most bridge.InFlight, its receivers hear, and others have.
//
// If somebody removes the consumer of a group that has members, they make it anew. It
// begins behind what the group had settled without a gap when they last looked, which is
// every 2 s: nothing is missing, and what was settled since comes twice.
//
// # What fails
//
// An envelope that has failed comes again after a pause: 1 s, 5 s, 30 s, 2 min, 5 min and
// then each 10 min ([Backoff], bridge.Backoff). When it has failed 10 times ([MaxDeliver],
// bridge.MaxDeliver), after three quarters of an hour, it becomes a dead letter.
//
// During the pause it is a message of the stream that the server publishes when the pause
// is over, to the subject of the group's retries. The group is done with the first one, so
// that what waits takes nothing from the limits of the group ([MaxAckPending]) and the
// member ([Prefetch]): the good ones go on, however many fail. The server looks for what
// is due every quarter of a second.
//
// A server before 2.12 cannot do so, nor can a stream with [Interest] or [DiscardNew], or
// one that you have made without allow_msg_schedules and the subjects signals-retry.>.
// There it is a negative acknowledgement with a delay, and what waits counts against
// MaxAckPending. In nats-server 2.15 each of them also pushes back the time at which the
// consumer next looks for what is due: with more than 100 a second little is handed over
// again while they keep coming.
//
// A stream that allows schedules has the server publish for whoever may publish to any of
// its subjects, also to subjects where they may not. Subscriptions refuse a signal that
// was scheduled under another signal's subject, and a retry that was scheduled under
// another group's: it is a dead letter. Programs that read the stream without this
// package have to look at the header Nats-Scheduler themselves.
//
// # Dead letters
//
// An envelope that has failed as often as it may, one that a receiver calls poison, and a
// message that is not a CloudEvent or one of another type, is stored as a dead letter: as
// it was, with headers that say why, after how many attempts, and
// where it is in the stream. Only when that is acknowledged is the group done with it.
// While there is no place for dead letters it comes again with every ack wait, and
// holds up nothing else. A broadcast has no dead letters.
//
// The server cannot tell which envelope took a process down. Each crash counts for all
// that the process held, up to Prefetch, and one that was handed over four times as
// often as MaxDeliver allows and never settled becomes a dead letter. So a receiver that
// crashes again and again may make dead letters of others beside the one that it
// crashes of; replay them once it is mended. With a smaller Prefetch there are
// fewer.
//
// [Transport.DeadLetters] lists them, [Transport.Replay] publishes one again for the
// group that could not take it, [Transport.Discard] removes one. [Transport.ReplayAll] and
// [Transport.DiscardAll] take those that a filter selects, and the command signalgen-nats
// does all that from a shell. They are told apart by their place in their stream, for
// poison may have no id. They have no age, and nothing limits them but the server; look
// after them. [Transport.Groups] says what waits for each group, and what is dead.
//
// Whoever may publish under signals-dead.mailer can make up a dead letter of mailer. The
// group and the signal are those of its subject, whatever its headers say, and its replay
// is for that group alone.
//
// # What it costs
//
// The program in embedded/compare runs beside the same one written by hand on
// nats.go, which publishes with an id, waits for the acknowledgement, and receives
// from a durable consumer. Server, sender and receiver on two processors, by turns,
// medians of the ratios to the program by hand:
//
//	                        latency (p50)   a second, 16 senders
//	by hand                      135 µs           34,200
//	the transport alone          1.09             0.94
//	with a bridge on it          1.30             0.75
//
// What remains is the headers of CloudEvents, which the client library writes and
// reads and the server stores, and what a bridge does about time limits, order and
// what comes twice.
//
// The program in embedded/crash kills, stops and hinders servers and receivers, and
// counts what becomes of the signals that are sent meanwhile.
//
// # What operators should know
//
// A server acknowledges what it has handed to its operating system. Unless it is told
// otherwise it forces that to the disk every two minutes: a process that is killed
// loses nothing, but a machine that loses its power loses what senders were told is
// safe. In a cluster, with [Replicas] of 3 on machines with power supplies of their
// own, that is as good as a disk. On a single server set
//
//	jetstream { sync_interval: 1s }
//
// which costs nothing that can be measured, or sync_interval: always, which costs a
// write to the disk for each publish: 0.3 ms in place of 0.03 ms on the virtual disk
// where it was tried. The embedded server has an option for that.
//
// [Transport.Health] says whether a transport can publish and receive, [Transport.Lag]
// what waits for a group.
//
// The least that programs must be allowed, as a test has tried. All subscribe to
// _INBOX.>, or to an inbox of their own if the connection is made with
// nats.CustomInboxPrefix. A program that sends shop.order.placed publishes to
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
// To make what does not exist, both need $JS.API.STREAM.CREATE. and the names of the
// streams, and the receiver $JS.API.CONSUMER.CREATE.SIGNALS. and the name of its consumer.
// A broadcast has a consumer with a random name, which it also deletes. A sender that may
// read $JS.API.STREAM.MSG.GET.SIGNALS can compare a message that has its id. The command
// signalgen-nats says what it needs.
package natsbridge
