// Signalgen-nats looks after the signals that a bridge takes through NATS: what a group
// of receivers could not take, and what waits for it.
//
//	go install github.com/signalgen/signalgen/bridge/nats/cmd/signalgen-nats@latest
//
// # Usage
//
//	signalgen-nats dead list   [flags]
//	signalgen-nats dead show   [flags] NUMBER...
//	signalgen-nats dead replay [flags] NUMBER... | FILTERS | -all
//	signalgen-nats dead drop   [flags] NUMBER... | FILTERS | -all
//	signalgen-nats lag         [flags]
//	signalgen-nats version
//	signalgen-nats help [verb]
//
// The exit code is 0 if all was done, 1 if something failed, and 2 for a wrong call.
// Errors are printed on standard error.
//
// # Dead letters
//
// An envelope that a group of receivers could not take, because it failed too often or
// cannot be read, is a dead letter. It is kept until it is replayed or dropped; a server
// that fills up is full of them in the end. Its number is its place in their stream.
//
//	$ signalgen-nats dead list
//	NUMBER  AGE   SIGNAL             GROUP   TRIES  REASON
//	1       2m3s  shop.order.placed  mailer  1      dial tcp 10.0.0.7:25: connect: connection refused
//	2       48s   shop.order.paid    ledger  1      account 7 is closed
//	3       48s   shop.order.placed  mailer  1      order 1042: nobody to write to
//
// These filters select some of them. What has several must match all.
//
//	-signal NAME  of this signal
//	-group NAME   of this group
//	-reason TEXT  with this in the last error
//	-older D      dead for at least so long: 90s, 12h, 7d
//	-newer D      dead for at most so long
//
// All that is known of one is printed by:
//
//	$ signalgen-nats dead show 3
//	number:     3
//	dead since: 2026-11-29T16:32:52Z
//	signal:     shop.order.placed
//	group:      mailer
//	tries:      1
//	reason:     order 1042: nobody to write to
//	original:   3 in stream SIGNALS, published 2026-11-29T16:32:52Z
//	headers:
//	  ce-datacontenttype: application/json
//	  ce-id: 1042
//	  ce-source: //host/shop
//	  ce-specversion: 1.0
//	  ce-time: 2026-03-01T12:00:00Z
//	  ce-type: shop.order.placed
//	data: (25 bytes)
//	  {"ID":1042,"Customer":""}
//
// Once the receivers are mended, what they could not take is published again for their
// group alone, and what is of no use is dropped:
//
//	$ signalgen-nats dead replay -reason 'connection refused'
//	replayed 1
//	$ signalgen-nats dead drop 3
//	dropped 1
//
// Neither does anything without numbers, a filter or -all. To see what they would take,
// list with the same filters. What fails again is a dead letter again, with a new number.
// Letters that cannot be replayed are left; the others are replayed all the same, and
// the exit code is 1. A call that was broken off has lost nothing: call it again within
// two minutes, for which the server knows what was published.
//
// # Lag
//
//	$ signalgen-nats lag
//	SIGNAL             GROUP   WAITING  IN HAND  DEAD  OLDEST
//	shop.order.paid    ledger  0        0        1     -
//	shop.order.placed  mailer  2        0        0     48s
//
// WAITING is what was published and not handed to the group yet. IN HAND is what was
// handed over and is not settled, and what has failed and comes again. DEAD are the
// group's dead letters. OLDEST is the age of the oldest that is waiting or in hand. A
// group that is listed and has no members any more still has a consumer at the server,
// or dead letters.
//
// # The server
//
// Flags say where the server is and who asks. Their defaults are the variables that the
// command nats reads as well.
//
//	-server URL        NATS_URL, else nats://127.0.0.1:4222; several are separated by commas
//	-creds FILE        NATS_CREDS: credentials, a JWT and its key
//	-nkey FILE         NATS_NKEY: the seed of an NKey
//	-tlscert FILE      NATS_CERT: a certificate, and
//	-tlskey FILE       NATS_KEY: its key
//	-tlsca FILE        NATS_CA: the authorities to trust in place of the system's
//	-stream NAME       the stream of signals: SIGNALS
//	-dead-stream NAME  that of dead letters: the other's name and _DEAD
//	-prefix PREFIX     what subjects begin with: signals
//	-timeout D         give up after so long: 1m
//
// A password belongs in the variable, as nats://ops:secret@host: others can read the
// command line. The command makes no stream; one that does not exist is an error.
//
// An operator needs the rights to publish to signals.> and to these subjects, and to
// subscribe to _INBOX.>:
//
//	$JS.API.STREAM.INFO.SIGNALS        $JS.API.STREAM.INFO.SIGNALS_DEAD
//	$JS.API.STREAM.MSG.GET.SIGNALS     $JS.API.STREAM.MSG.GET.SIGNALS_DEAD
//	$JS.API.CONSUMER.LIST.SIGNALS      $JS.API.STREAM.MSG.DELETE.SIGNALS_DEAD
//	$JS.API.CONSUMER.INFO.SIGNALS.>
//
// # Output
//
// Reasons, headers and data are written by whoever publishes. What a terminal would act
// on, or not show, is escaped as in Go: \x1b. With -json, list, show and lag print an
// object in a line for each letter or group, and replay and drop print how many:
//
//	{"number":2,"time":"2026-11-29T16:32:52.376307264Z","signal":"shop.order.paid","group":"ledger","tries":1,"reason":"account 7 is closed","stream":"SIGNALS","original":2,"published":"2026-11-29T16:31:37.330795351Z"}
//	{"signal":"shop.order.placed","group":"mailer","consumer":"mailer@shop~order~placed","waiting":2,"in_hand":0,"dead":0,"oldest_seconds":48.2}
//	{"replayed":1}
//
// Show adds headers, an object with a list of values for each name, and data, a string,
// or data_base64 if the data are not text. A letter that has lost bytes, because they
// were too many beside its own headers, has cut, which says how many.
package main
