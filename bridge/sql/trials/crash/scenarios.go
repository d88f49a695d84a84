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

// A scenario is a way to crash.
type scenario struct{ database, name string }

var scenarios = []scenario{
	{"postgres", "worker"},
	{"postgres", "server"},
	{"postgres", "program"},
	{"sqlite", "worker"},
	{"sqlite", "program"},
}

func (s scenario) String() string { return s.database + " " + s.name }

// victim says what is killed, and how often.
func (s scenario) victim(p plan) string {
	switch s.name {
	case "server":
		return fmt.Sprintf("the server, %d times", p.crashes)
	case "program":
		return fmt.Sprintf("the process that sends and hears, %d times", p.kills)
	}
	return fmt.Sprintf("the process that hears, %d times", p.kills)
}

// A stage has what a scenario is played with.
type stage struct {
	plan      plan
	dir, url  string
	server    *postgres.Server // nil for SQLite
	processes map[string]*process
}

// play makes the transactions that the plan says while it kills, and compares what
// was committed with what was heard.
func (s scenario) play(ctx context.Context, p plan) (o outcome, err error) {
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
		err = errors.Join(st.start("worker"), st.start("sender"), st.repeat(p.kills, func() error { return st.again("worker") }))
	case "program":
		err = errors.Join(st.start("program"), st.repeat(p.kills, func() error { return st.again("program") }))
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

// stage makes the database. If it fails, what it returns has to be ended too.
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
		urlVariable+"="+s.url, heardVariable+"="+s.heard(), leaseVariable+"="+s.plan.lease.String(),
		countVariable+"="+strconv.Itoa(s.plan.count), rateVariable+"="+strconv.Itoa(s.plan.rate))
	if err != nil {
		delete(s.processes, role)
	}
	return err
}

// again kills a process and starts another one in its place.
func (s *stage) again(role string) error {
	if err := s.processes[role].kill(); err != nil {
		return err
	}
	return s.start(role)
}

// repeat spreads kills over the time that sending takes.
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

// sent waits until all transactions are made.
func (s *stage) sent() error {
	sender := s.processes["sender"]
	if sender == nil {
		sender = s.processes["program"]
	}
	select {
	case err := <-sender.done:
		return err
	case <-time.After(10 * time.Minute):
		return errors.New("not all is sent after 10 minutes")
	}
}

// heard is the file to which is written what was heard.
func (s *stage) heard() string { return filepath.Join(s.dir, "heard") }
