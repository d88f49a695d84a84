package main

// help has the help of the command and of each verb. Each text fits a screen of 24 lines
// and 80 columns.
var help = map[string]string{
	"": `usage: signalgen-nats dead list|show|replay|drop [flags] [numbers]
       signalgen-nats lag [flags]
       signalgen-nats version | help [verb]

Signalgen-nats manages the dead letters of the signals that a bridge carries
through NATS, and prints the lag of groups of receivers.

	dead list    print the dead letters
	dead show    print dead letters with their headers and data
	dead replay  publish dead letters again, for their groups alone
	dead drop    remove dead letters
	lag          print the lag of each group
	version      print the version; help: print this, or more about a verb

Each verb has the flag -json, and those that help server prints: they select
the server and the credentials.

Exit codes: 0 success, 1 something failed, 2 wrong usage.
More: go doc github.com/signalgen/signalgen/bridge/nats/cmd/signalgen-nats
`,
	"server": `These flags select the server and the credentials. Their defaults are variables:

	-server URL        $NATS_URL, else nats://127.0.0.1:4222. One or more,
	                   separated by commas. Set a password in the variable:
	                   others can read the command line.
	-creds FILE        $NATS_CREDS: credentials, a JWT and its key
	-nkey FILE         $NATS_NKEY: the seed of an NKey
	-tlscert FILE      $NATS_CERT: a certificate, and
	-tlskey FILE       $NATS_KEY: its key
	-tlsca FILE        $NATS_CA: authorities to trust, not the system's
	-stream NAME       the stream of signals: SIGNALS
	-dead-stream NAME  that of dead letters: the name above and _DEAD
	-prefix PREFIX     of the subjects: signals
	-timeout D         give up after this long: 1m
`,
	"dead": `usage: signalgen-nats dead list|show|replay|drop [flags] [numbers]

A dead letter is a message that one group of receivers has failed to handle: it
failed too often, or cannot be decoded. Dead letters are kept until they are
replayed or dropped. The number of one is its sequence in their stream.

See help dead list, help dead show, help dead replay and help dead drop.
`,
	"dead list": `usage: signalgen-nats dead list [flags]

List prints the dead letters that the filters select, the oldest first. Without
a filter it prints all.

	-signal NAME  of this signal
	-group NAME   of this group
	-reason TEXT  with this text in the last error
	-older D      dead for at least this long: 90s, 12h, 7d
	-newer D      dead for at most this long
	-json         print each as a JSON object on a line

See help server for the other flags.
`,
	"dead show": `usage: signalgen-nats dead show [flags] NUMBER...

Show prints dead letters with the headers and data of their messages. Characters
that are not printable are escaped; data that are not text are a hex dump.

	-json  print each as a JSON object on a line; data that are not text are
	       in data_base64

See help server for the other flags.
`,
	"dead replay": `usage: signalgen-nats dead replay [flags] NUMBER...
       signalgen-nats dead replay [flags] FILTERS
       signalgen-nats dead replay [flags] -all

Replay publishes dead letters again, each for the group that failed, and removes
them. A message that fails again becomes a new dead letter. One that cannot be
replayed is skipped, and the exit code is 1. If a call is interrupted, repeat it
within two minutes: the server detects duplicates.

	-all          all dead letters
	-signal NAME  of this signal
	-group NAME   of this group
	-reason TEXT  with this text in the last error
	-older D      dead for at least this long: 90s, 12h, 7d
	-newer D      dead for at most this long
	-json         print {"replayed": N}

Dead list with the same filters prints what would be replayed.
See help server for the other flags.
`,
	"dead drop": `usage: signalgen-nats dead drop [flags] NUMBER...
       signalgen-nats dead drop [flags] FILTERS
       signalgen-nats dead drop [flags] -all

Drop removes dead letters.

	-all          all dead letters
	-signal NAME  of this signal
	-group NAME   of this group
	-reason TEXT  with this text in the last error
	-older D      dead for at least this long: 90s, 12h, 7d
	-newer D      dead for at most this long
	-json         print {"dropped": N}

Dead list with the same filters prints what would be dropped.
See help server for the other flags.
`,
	"lag": `usage: signalgen-nats lag [flags]

Lag prints a line for each group of a signal:

	WAITING    published, and not delivered to the group yet
	IN FLIGHT  delivered and not settled, or failed and to be redelivered
	DEAD       dead letters
	OLDEST     the age of the oldest that is waiting or in flight

A group that has nothing but dead letters is listed too.

	-signal NAME  of this signal
	-group NAME   of this group
	-json         print each as a JSON object on a line

See help server for the other flags.
`,
	"version": `usage: signalgen-nats version

Version prints the version of the module from which the command was built.
`,
	"help": `usage: signalgen-nats help [verb]

Help prints the usage of the command, or of one of its verbs: dead list, dead
show, dead replay, dead drop, lag, version. Help server prints the flags that
select the server and the credentials.
`,
}
