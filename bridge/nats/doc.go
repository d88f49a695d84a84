// Package natsbridge carries the signals of package bridge between processes
// through NATS JetStream: what is sent in one is stored in a stream before the send
// returns, and stays there until every group of receivers has taken it.
//
//	import natsbridge "github.com/signalgen/signalgen/bridge/nats"
//
//	transport, err := natsbridge.Connect(ctx, "nats://localhost:4222")
//	if err != nil { ... }
//	defer transport.Close()
//	b := bridge.New(transport)
//
// A server that is not up yet is waited for, as long as ctx allows.
//
// [New] takes a connection that you have made yourself, with credentials, TLS or
// whatever it needs. Package embedded beside this one runs a server inside the
// process. The server must be 2.10 or later.
//
// # What is at the server
//
//   - The stream SIGNALS ([Stream]) has the subjects signals.> ([Prefix]). A signal
//     is published under the prefix and its stable name: shop.order.placed under
//     signals.shop.order.placed, github.com/shop/order.Placed under
//     signals.github.com/shop/order.Placed. Bytes other than letters, digits, _, -,
//     / and dots between them are written as in a URL.
//   - A group that receives a signal is a durable pull consumer of the stream,
//     called by both: mailer@shop~order~placed, a dot written as ~, a slash as +.
//     It remains when the group has no members any more, and the stream keeps for
//     it what comes; remove the consumer of a group that is given up. A new group
//     begins with all that the stream still holds, which is what was published within
//     7 days ([MaxAge]); see [FromNow].
//   - The stream SIGNALS_DEAD ([DeadStream]) has the subjects signals-dead.> and in
//     them dead letters, under the group and the signal:
//     signals-dead.mailer.shop.order.placed.
//
// What does not exist is made. A stream that exists stays as it is: options about it
// count only when it is made, and it is never shrunk, emptied or removed. It may be
// set up beforehand, with other limits, replicas or placement, or be changed
// afterwards. A consumer that exists stays as it is too, but for an [AckWait] or
// [MaxAckPending] that the program asks for. Several programs may use one stream, and
// several pairs of streams, with prefixes of their own, one server.
//
// # What a message is
//
// An event of CloudEvents 1.0 in the binary mode of its NATS binding, which
// programs in other languages can read and write: headers ce-id, ce-source, ce-type
// and so on, the data behind them. Beside these it has Nats-Msg-Id, made of source
// and id, by which the stream stores once what is published twice within its window
// ([DedupeWindow], 2 minutes), and, if it has been replayed, Signalgen-Group.
//
// # Publishing
//
// Publish returns nil when the stream has acknowledged the envelope. If the
// connection is lost, or the server does not answer within 2 seconds, or has no
// stream yet since it has just been started, Publish waits for it and publishes
// again under the same id, until its ctx is done; a bridge limits that to 30 seconds
// unless told otherwise. So a server that restarts costs senders time and nothing
// else. A stream that is full and refuses makes them wait as well. An envelope that
// is larger than the server takes, which is 1 MiB unless it is configured otherwise,
// less 2 KiB for a dead letter's headers, is an error at once.
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
// An envelope that has failed is let go without a word, and comes again when the ack
// wait is over. That is because a negative acknowledgement with a delay pushes back
// the time at which nats-server 2.15 next looks for what is to be handed over again:
// with 200 a second, each with a delay of 2 s, nothing at all was handed over again
// while they kept coming, and half of them took over 4 s, the last one 8 s. Let go, at
// 500 a second, half took 2.00 s and the last one 2.17 s.
//
// What was in the hands of a process that has died comes once more, a few envelopes as
// a rule and never more than Prefetch.
//
// A process that is stopped for longer than the ack wait, or whose machine is suspended,
// gives no sign of life either, and the server hands over again what it holds. When it
// goes on it gives up what it has not handed over, and asks anew. What the bridge has
// taken over by then, at most bridge.InFlight, its receivers hear, and others have.
//
// # Dead letters
//
// An envelope that has failed as often as [MaxDeliver] allows (5, each with the retries
// that the bridge makes itself), one that a receiver calls poison, and a message that
// is no CloudEvent or one of another type, is stored as a dead letter: as it was, with
// headers that say which group could not take it, why, after how many attempts, and
// where it is in the stream. Only when that is acknowledged is the group done with it.
// While there is no place for dead letters it comes again with every ack wait, and
// holds up nothing else.
//
// The server cannot tell which envelope took a process down. Each crash counts for all
// that the process held, up to Prefetch, and one that was handed over four times as
// often as MaxDeliver allows and never settled becomes a dead letter. So a receiver that
// crashes again and again may make dead letters of others beside the one that it
// crashes of; they can be replayed once it is mended. With a smaller Prefetch there are
// fewer.
//
// [Transport.DeadLetters] lists them, [Transport.Replay] publishes one again for the
// group that could not take it, [Transport.Discard] removes one. They are told apart
// by their place in the stream, for poison may have no id. They have no age, and
// nothing limits them but the server; look after them.
//
// # What it costs
//
// The program in embedded/compare runs beside the same one written by hand on
// nats.go, which publishes with an id, waits for the acknowledgement, and receives
// from a durable consumer. Server, sender and receiver on two processors, by turns,
// medians of the ratios to the program by hand:
//
//	                        latency (p50)   a second, 16 senders   one sender
//	by hand                      128 µs           30,700             10,300
//	the transport alone          1.16             0.91                1.00
//	with a bridge on it          1.18             0.81                0.88
//
// What remains is the headers of CloudEvents, which the client library writes and
// reads and the server stores, and what a bridge does about time limits, order and
// what comes twice.
//
// Programs in embedded/crash kill receivers and the server again and again while
// 20,000 signals are sent, 2,000 a second: none was missing. When a receiver that is
// busy for 6 ms with each was killed ten times, 66 were heard twice.
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
// The rights that a program needs: to publish to the prefix and to $JS.API.>, and to
// subscribe to _INBOX.>; those that receive also to publish to $JS.ACK.> and to the
// prefix of the dead letters.
package natsbridge
