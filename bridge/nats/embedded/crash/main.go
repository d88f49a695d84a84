// Crash kills processes that are tied by a bridge over NATS, by kill -9, and counts
// what of the signals that were sent has arrived.
//
//	go run ./crash             # all of them, about a minute
//	go run ./crash receiver    # the receiving process dies ten times
//	go run ./crash group       # one of two members of a group dies
//	go run ./crash server      # the server dies ten times, and starts on the same folder
//
// It sends 20,000 signals, 2,000 a second, and exits with 1 if one is missing whose
// send has returned nil. Those that have arrived more than once are counted; they are
// no fault: the process died, or the server, before it was known that they were heard.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"time"
)

// A plan says how much is sent and how often something dies.
type plan struct {
	count, rate, kills int
	ackWait            time.Duration
}

func main() {
	if act() {
		return
	}
	var p plan
	flag.IntVar(&p.count, "count", 20000, "signals to send")
	flag.IntVar(&p.rate, "rate", 2000, "signals to send a second")
	flag.IntVar(&p.kills, "kills", 10, "times that the process is killed")
	flag.DurationVar(&p.ackWait, "ackwait", 6*time.Second, "of the group: see natsbridge.AckWait")
	flag.Parse()
	ok := true
	for _, s := range scenarios {
		if flag.NArg() > 0 && flag.Arg(0) != s.name {
			continue
		}
		r, err := s.run(context.Background(), p)
		if err != nil {
			fmt.Fprintf(os.Stderr, "crash: %s: %v\n", s.name, err)
			os.Exit(1)
		}
		fmt.Printf("%-9s %v\n", s.name, r)
		ok = ok && r.missing == 0
	}
	if !ok {
		os.Exit(1)
	}
}
