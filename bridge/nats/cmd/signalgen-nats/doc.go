// Signalgen-nats manages the dead letters of the signals that a bridge carries through
// NATS, and prints the lag of groups of receivers.
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
// The exit code is 0 on success, 1 if something failed, and 2 for wrong usage.
// Errors are printed on standard error.
//
// # Dead letters
//
// A message that a group of receivers has failed to handle, because it failed too often or
// cannot be decoded, is a dead letter. Dead letters are kept until they are replayed or
// dropped, and count against the limits of the server. The number of a dead letter is its
// sequence in their stream.
//
//	$ signalgen-nats dead list
//	NUMBER  AGE   SIGNAL             GROUP   TRIES  REASON
//	1       2m3s  shop.order.placed  mailer  1      dial tcp 10.0.0.7:25: connect: connection refused
//	2       48s   shop.order.paid    ledger  1      account 7 is closed
//	3       48s   shop.order.placed  mailer  1      order 1042: nobody to write to
//
// Filters select dead letters that match all of them:
//
//	-signal NAME  of this signal
//	-group NAME   of this group
//	-reason TEXT  with this text in the last error
//	-older D      dead for at least this long: 90s, 12h, 7d
//	-newer D      dead for at most this long
//
// Show prints one with its headers and data:
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
// Once the receivers are fixed, replay publishes dead letters again, for their group alone,
// and drop removes those that are not needed:
//
//	$ signalgen-nats dead replay -reason 'connection refused'
//	replayed 1
//	$ signalgen-nats dead drop 3
//	dropped 1
//
// Both need numbers, a filter or -all. List with the same filters prints what they would
// select. A message that fails again becomes a dead letter with a new number. Dead letters
// that cannot be replayed are skipped, and the exit code is 1. If a call is interrupted,
// repeat it within two minutes, during which the server detects duplicates.
//
// # Lag
//
//	$ signalgen-nats lag
//	SIGNAL             GROUP   WAITING  IN FLIGHT  DEAD  OLDEST
//	shop.order.paid    ledger  0        0        1     -
//	shop.order.placed  mailer  2        0        0     48s
//
// WAITING counts envelopes that have not been delivered to the group. IN FLIGHT counts those
// that were delivered and are not settled, including those that have failed and wait for
// their redelivery. DEAD counts dead letters. OLDEST is the age of the oldest envelope that
// is waiting or in flight. A group without members is listed as long as it has a consumer at
// the server or dead letters.
//
// # The server
//
// These flags select the server, the credentials and the streams. Their defaults are the
// environment variables of the command nats.
//
//	-server URL        NATS_URL, else nats://127.0.0.1:4222; several separated by commas
//	-creds FILE        NATS_CREDS: credentials, a JWT and its key
//	-nkey FILE         NATS_NKEY: the seed of an NKey
//	-tlscert FILE      NATS_CERT: a certificate, and
//	-tlskey FILE       NATS_KEY: its key
//	-tlsca FILE        NATS_CA: the certificate authorities to trust instead of the system's
//	-stream NAME       the stream of signals: SIGNALS
//	-dead-stream NAME  that of dead letters: the name of the stream and _DEAD
//	-prefix PREFIX     of the subjects: signals
//	-timeout D         give up after this long: 1m
//
// Set a password in the variable, as nats://ops:secret@host, because others can read the
// command line. The command creates no streams; a missing stream is an error.
//
// An operator needs permission to publish to signals.> and to these subjects, and to
// subscribe to _INBOX.>:
//
//	$JS.API.STREAM.INFO.SIGNALS        $JS.API.STREAM.INFO.SIGNALS_DEAD
//	$JS.API.STREAM.MSG.GET.SIGNALS     $JS.API.STREAM.MSG.GET.SIGNALS_DEAD
//	$JS.API.CONSUMER.LIST.SIGNALS      $JS.API.STREAM.MSG.DELETE.SIGNALS_DEAD
//	$JS.API.CONSUMER.INFO.SIGNALS.>
//
// # Output
//
// Publishers control reasons, headers and data. Characters that are not printable are
// escaped as in Go: \x1b. With -json, list, show and lag print an object on a line for each
// dead letter or group, and replay and drop print a count:
//
//	{"number":2,"time":"2026-11-29T16:32:52.376307264Z","signal":"shop.order.paid","group":"ledger","tries":1,"reason":"account 7 is closed","stream":"SIGNALS","original":2,"published":"2026-11-29T16:31:37.330795351Z"}
//	{"signal":"shop.order.placed","group":"mailer","consumer":"mailer@shop~order~placed","waiting":2,"in_flight":0,"dead":0,"oldest_seconds":48.2}
//	{"replayed":1}
//
// Show adds headers, an object with a list of values for each name, and data, a string, or
// data_base64 if the data are not text. If bytes of a message were cut to make room for the
// headers of the dead letter, cut is their number.
package main
