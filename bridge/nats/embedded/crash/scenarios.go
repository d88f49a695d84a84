package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// scenarios are all the ways to crash.
var scenarios = []struct {
	name string
	run  func(ctx context.Context, p plan) (result, error)
}{
	{"receiver", func(ctx context.Context, p plan) (result, error) { return play(ctx, p, (*stage).killReceiver) }},
	{"group", func(ctx context.Context, p plan) (result, error) { return play(ctx, p, (*stage).killMember) }},
	{"server", func(ctx context.Context, p plan) (result, error) { return play(ctx, p, (*stage).killServer) }},
}

// A stage has the processes of a scenario.
type stage struct {
	plan      plan
	dir       string
	url       string
	server    *process
	receivers []*process
}

// play sends what the plan says while kill kills, and counts what has arrived.
func play(ctx context.Context, p plan, kill func(*stage) error) (result, error) {
	dir, err := os.MkdirTemp("", "crash-")
	if err != nil {
		return result{}, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	s := &stage{plan: p, dir: dir}
	defer s.end()
	if err := s.serve("127.0.0.1:0"); err != nil {
		return result{}, err
	}
	if err := s.receive(); err != nil {
		return result{}, err
	}
	killed := make(chan error, 1)
	go func() { killed <- kill(s) }()
	began := time.Now()
	sent, err := s.send(ctx)
	if err != nil {
		return result{}, err
	}
	if err := <-killed; err != nil {
		return result{}, err
	}
	r := s.await(sent)
	r.took = time.Since(began)
	return r, nil
}

// killReceiver kills the only receiver again and again.
func (s *stage) killReceiver() error {
	return s.eachTime(func() error {
		if err := s.receivers[len(s.receivers)-1].kill(); err != nil {
			return err
		}
		return s.receive()
	})
}

// killMember has a second receiver from the beginning, and kills the first half way.
func (s *stage) killMember() error {
	if err := s.receive(); err != nil {
		return err
	}
	time.Sleep(s.duration() / 2)
	return s.receivers[0].kill()
}

// killServer kills the server again and again.
func (s *stage) killServer() error {
	return s.eachTime(func() error {
		if err := s.server.kill(); err != nil {
			return err
		}
		return s.serve(strings.TrimPrefix(s.url, "nats://"))
	})
}

// eachTime spreads the kills over the time that sending takes.
func (s *stage) eachTime(kill func() error) error {
	tick := time.NewTicker(s.duration() / time.Duration(s.plan.kills+1))
	defer tick.Stop()
	for range s.plan.kills {
		<-tick.C
		if err := kill(); err != nil {
			return err
		}
	}
	return nil
}

// duration is how long sending takes.
func (s *stage) duration() time.Duration {
	return time.Duration(s.plan.count) * time.Second / time.Duration(s.plan.rate)
}

func (s *stage) serve(addr string) (err error) {
	s.server, err = start("server", argVariable+"="+filepath.Join(s.dir, "store"), urlVariable+"="+addr)
	if err == nil {
		s.url = s.server.said
	}
	return err
}

func (s *stage) receive() error {
	p, err := start("receiver", argVariable+"="+s.heard(), urlVariable+"="+s.url, waitVariable+"="+s.plan.ackWait.String())
	if err == nil {
		s.receivers = append(s.receivers, p)
	}
	return err
}

// heard is the file to which receivers write what they have heard.
func (s *stage) heard() string { return filepath.Join(s.dir, "heard") }

func (s *stage) end() {
	for _, p := range append(s.receivers, s.server) {
		if p != nil {
			_ = p.kill() // most of them are dead already
		}
	}
}
