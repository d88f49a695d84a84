package main

// help says how to call the command, and each verb. It fits a screen of 24 lines and
// 80 columns.
var help = map[string]string{
	"": `usage: signalgen-nats dead list|show|replay|drop [flags] [numbers]
       signalgen-nats lag [flags]
       signalgen-nats version | help [verb]

Signalgen-nats looks after the signals that a bridge takes through NATS: what a
group of receivers could not take, and what waits for it. It makes no stream.

	dead list    print the dead letters
	dead show    print dead letters with their headers and data
	dead replay  publish dead letters again, for their groups alone
	dead drop    remove dead letters
	lag          print what waits for each group
	version      print the version; help: print this, or more about a verb

Each verb has the flag -json, and those that help server prints: they say where
the server is and who asks.

Exit codes: 0 done, 1 something failed, 2 wrong usage.
More: go doc github.com/signalgen/signalgen/bridge/nats/cmd/signalgen-nats
`,
	"server": `These flags say where the server is and who asks. Their defaults are variables:

	-server URL        $NATS_URL, else nats://127.0.0.1:4222. One or more,
	                   separated by commas. A password in it belongs in the
	                   variable: others can read the command line.
	-creds FILE        $NATS_CREDS: credentials, a JWT and its key
	-nkey FILE         $NATS_NKEY: the seed of an NKey
	-tlscert FILE      $NATS_CERT: a certificate, and
	-tlskey FILE       $NATS_KEY: its key
	-tlsca FILE        $NATS_CA: authorities to trust, not the system's
	-stream NAME       the stream of signals: SIGNALS
	-dead-stream NAME  that of dead letters: the other's name and _DEAD
	-prefix PREFIX     what subjects begin with: signals
	-timeout D         give up after so long: 1m
`,
	"dead": `usage: signalgen-nats dead list|show|replay|drop [flags] [numbers]

A dead letter is an envelope that one group of receivers could not take: it has
failed too often, or cannot be read. They are kept until they are replayed or
dropped. A letter's number is its place in their stream.

See help dead list, help dead show, help dead replay and help dead drop.
`,
	"dead list": `usage: signalgen-nats dead list [flags]

List prints the dead letters that the filters select, the oldest first. Without
a filter it prints all.

	-signal NAME  of this signal
	-group NAME   of this group
	-reason TEXT  with this in the last error
	-older D      dead for at least so long: 90s, 12h, 7d
	-newer D      dead for at most so long
	-json         print each as a JSON object in a line

See help server for the other flags.
`,
	"dead show": `usage: signalgen-nats dead show [flags] NUMBER...

Show prints dead letters with the headers and data of their messages. What a
terminal would act on is escaped; data that are not text are a hex dump.

	-json  print each as a JSON object in a line; data that are not text are
	       in data_base64

See help server for the other flags.
`,
	"dead replay": `usage: signalgen-nats dead replay [flags] NUMBER...
       signalgen-nats dead replay [flags] FILTERS
       signalgen-nats dead replay [flags] -all

Replay publishes dead letters again, each for the group that could not take it,
and removes them. What fails again is a new dead letter. One that cannot be
replayed is left, and the exit code is 1. If a call is broken off, call it again
within two minutes: what it has published is not published twice.

	-all          all there are
	-signal NAME  of this signal
	-group NAME   of this group
	-reason TEXT  with this in the last error
	-older D      dead for at least so long: 90s, 12h, 7d
	-newer D      dead for at most so long
	-json         print {"replayed": N}

Dead list with the same filters prints what would be replayed.
See help server for the other flags.
`,
	"dead drop": `usage: signalgen-nats dead drop [flags] NUMBER...
       signalgen-nats dead drop [flags] FILTERS
       signalgen-nats dead drop [flags] -all

Drop removes dead letters for good.

	-all          all there are
	-signal NAME  of this signal
	-group NAME   of this group
	-reason TEXT  with this in the last error
	-older D      dead for at least so long: 90s, 12h, 7d
	-newer D      dead for at most so long
	-json         print {"dropped": N}

Dead list with the same filters prints what would be dropped.
See help server for the other flags.
`,
	"lag": `usage: signalgen-nats lag [flags]

Lag prints a line for each group of a signal:

	WAITING  published, and not handed to the group yet
	IN HAND  handed over, and not settled; what has failed and comes again
	DEAD     dead letters
	OLDEST   the age of the oldest that is waiting or in hand

A group of which only dead letters are left is listed too.

	-signal NAME  of this signal
	-group NAME   of this group
	-json         print each as a JSON object in a line

See help server for the other flags.
`,
	"version": `usage: signalgen-nats version

Version prints the version of the module from which the command was built.
`,
	"help": `usage: signalgen-nats help [verb]

Help says how to call the command, or one of its verbs: dead list, dead show,
dead replay, dead drop, lag, version. Help server lists the flags that say where
the server is.
`,
}
