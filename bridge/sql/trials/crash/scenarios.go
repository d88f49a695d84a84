package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/signalgen/signalgen/bridge/sql/trials/internal/database"
	"github.com/signalgen/signalgen/bridge/sql/trials/internal/postgres"
)

// A scenario says which database is used and what is killed.
type scenario struct{ database, name string }

var scenarios = []scenario{
	{"postgres", "worker"},
	{"postgres", "server"},
	{"postgres", "program"},
	{"sqlite", "worker"},
	{"sqlite", "program"},
}

func (s scenario) String() string { return s.database + " " + s.name }

// victim describes what is killed, and how often.
func (s scenario) victim(p plan) string {
	switch s.name {
	case "server":
		return fmt.Sprintf("the server, %d times", p.crashes)
	case "program":
		return fmt.Sprintf("the process that sends and receives, %d times", p.kills)
	}
	return fmt.Sprintf("the process that receives, %d times", p.kills)
}

// A stage is what a scenario runs on.
type stage struct {
	plan      plan
	dir, url  string
	server    *postgres.Server // nil for SQLite
	processes map[string]*process
}

// run runs the transactions of the plan while it kills, and compares what was committed with
// what was received.
func (s scenario) run(ctx context.Context, p plan) (o outcome, err error) {
	st, err := s.stage(ctx, p)
	if st != nil {
		defer func() { err = errors.Join(err, st.end()) }()
	}
	if err != nil {
		return o, err
	}
	began := time.Now()
	switch s.name {
	case "worker":
		err = errors.Join(st.start("worker"), st.start("sender"), st.repeat(p.kills, func() error { return st.restart("worker") }))
	case "program":
		err = errors.Join(st.start("program"), st.repeat(p.kills, func() error { return st.restart("program") }))
	case "server":
		err = errors.Join(st.start("worker"), st.start("sender"), st.repeat(p.crashes, func() error {
			return errors.Join(st.server.Kill(), st.server.Run(ctx))
		}))
	}
	if err != nil {
		return o, err
	}
	if err := st.sent(); err != nil {
		return o, err
	}
	o, err = st.await(ctx)
	o.took = time.Since(began)
	return o, err
}

// stage creates the database. The caller ends the stage, even after an error.
func (s scenario) stage(ctx context.Context, p plan) (st *stage, err error) {
	dir, err := os.MkdirTemp("", "crash-")
	if err != nil {
		return nil, err
	}
	st = &stage{plan: p, dir: dir, url: filepath.Join(dir, "shop.db"), processes: make(map[string]*process)}
	if s.database == "postgres" {
		if st.server, err = postgres.Start(ctx); err != nil {
			return st, err
		}
		st.url = st.server.URL("postgres")
	}
	return st, database.Prepare(ctx, st.url)
}

// end ends all processes and removes all files.
func (s *stage) end() error {
	var errs []error
	for _, p := range s.processes {
		errs = append(errs, p.kill())
	}
	if s.server != nil {
		errs = append(errs, s.server.Stop())
	}
	return errors.Join(append(errs, os.RemoveAll(s.dir))...)
}

// start starts a process.
func (s *stage) start(role string) (err error) {
	s.processes[role], err = start(role,
		urlVariable+"="+s.url, receivedVariable+"="+s.received(), leaseVariable+"="+s.plan.lease.String(),
		countVariable+"="+strconv.Itoa(s.plan.count), rateVariable+"="+strconv.Itoa(s.plan.rate))
	if err != nil {
		delete(s.processes, role)
	}
	return err
}

// restart kills a process and starts another one with its role.
func (s *stage) restart(role string) error {
	if err := s.processes[role].kill(); err != nil {
		return err
	}
	return s.start(role)
}

// repeat calls kill a number of times, spread over the time that sending takes.
func (s *stage) repeat(times int, kill func() error) error {
	duration := time.Duration(s.plan.count) * time.Second / time.Duration(s.plan.rate)
	tick := time.NewTicker(duration / time.Duration(times+1))
	defer tick.Stop()
	for range times {
		<-tick.C
		if err := kill(); err != nil {
			return err
		}
	}
	return nil
}

// sent waits until all transactions have run.
func (s *stage) sent() error {
	sender := s.processes["sender"]
	if sender == nil {
		sender = s.processes["program"]
	}
	select {
	case err := <-sender.done:
		return err
	case <-time.After(10 * time.Minute):
		return errors.New("found transactions that have not run after 10 minutes")
	}
}

// received returns the name of the file with the IDs that were received.
func (s *stage) received() string { return filepath.Join(s.dir, "received") }
