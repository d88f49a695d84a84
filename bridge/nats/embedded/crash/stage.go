//go:build unix

package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/nats-io/nats.go/jetstream"
	"golang.org/x/sync/errgroup"

	natsbridge "github.com/signalgen/signalgen/bridge/nats"
	"github.com/signalgen/signalgen/bridge/nats/embedded/internal/cluster"
	"github.com/signalgen/signalgen/bridge/nats/embedded/internal/order"
	"github.com/signalgen/signalgen/bridge/nats/embedded/internal/process"
)

const (
	stream     = "SIGNALS"
	deadStream = "SIGNALS_DEAD"
	consumer   = "crash@trial~order~placed" // of the bridge's group
)

// patience is how long signals are waited for that were acknowledged.
const patience = 40 * time.Second

// A stage has the processes of a trial.
type stage struct {
	plan         plan
	dir          string
	cluster      *cluster.Cluster
	transport    *natsbridge.Transport // of the sender
	receivers    []*process.Process
	bridge, hand *client
	over         chan struct{} // closed when the trial has done what it does

	given int // signals that are given up

	sending sync.RWMutex // held to read by who sends, to write by who changes kind
	kind    string       // of what the bridge's sender sends
}

// run sets the stage, sends while the trial does what it does, and counts what has
// arrived.
func (t trial) run(ctx context.Context, p plan) (*result, error) {
	dir, err := os.MkdirTemp("", "crash-")
	if err != nil {
		return nil, err
	}
	s := &stage{plan: p, dir: dir, over: make(chan struct{})}
	defer s.end()
	if err := s.set(ctx, t); err != nil {
		return nil, err
	}
	g, sending := errgroup.WithContext(ctx)
	for _, c := range []*client{s.bridge, s.hand} {
		g.Go(func() error { return s.send(sending, c) })
	}
	g.Go(func() error {
		defer close(s.over)
		err := t.do(sending, s)
		s.sleep(sending, 3*time.Second) // what recovers is seen to
		return err
	})
	if err := g.Wait(); err != nil {
		return nil, err
	}
	if err := s.await(ctx); err != nil {
		return nil, err
	}
	s.sleep(ctx, p.ackWait+time.Second) // what comes twice
	r, err := s.bridge.tally(p)
	if err != nil {
		return nil, err
	}
	r.byHand, err = s.hand.tally(p)
	return r, err
}

// set starts servers, a receiver and the senders' clients.
func (s *stage) set(ctx context.Context, t trial) (err error) {
	if t.name == "disk" {
		if err := s.mount(); err != nil {
			return err
		}
	}
	if s.cluster, err = cluster.Start(ctx, s.dir, t.nodes); err != nil {
		return err
	}
	if s.transport, err = natsbridge.Connect(ctx, s.cluster.Nodes[0].URL(), natsbridge.Replicas(t.nodes), natsbridge.Logger(logger(s.plan.log))); err != nil {
		return err
	}
	s.bridge = bridged(s.transport)
	if s.hand, err = byHand(s.cluster.Nodes[0].URL()); err != nil {
		return err
	}
	s.bridge.heard, s.hand.heard = filepath.Join(s.dir, "bridge"), filepath.Join(s.dir, "hand")
	return s.receive()
}

// receive starts one more receiver.
func (s *stage) receive() error {
	p, err := receivers.Start(receiver{s.cluster.Nodes[0].URL(), s.bridge.heard, s.hand.heard, s.plan.ackWait, s.plan.log})
	if err == nil {
		s.receivers = append(s.receivers, p)
	}
	return err
}

// end ends what still runs.
func (s *stage) end() {
	for _, p := range s.receivers {
		_ = p.Kill() // nothing can be done about it, nor about what follows
	}
	if s.hand != nil {
		s.hand.close()
	}
	if s.transport != nil {
		s.transport.Conn().Close()
	}
	if s.cluster != nil {
		s.cluster.End()
	}
	_ = exec.Command("umount", s.disk()).Run() // fails where nothing is mounted
	_ = os.RemoveAll(s.dir)
}

// change has the bridge's sender send another kind of orders.
func (s *stage) change(kind string) {
	s.sending.Lock()
	defer s.sending.Unlock()
	s.kind = kind
}

// interrupt does something while nobody sends and after all is heard.
func (s *stage) interrupt(ctx context.Context, do func() error) error {
	s.sending.Lock()
	defer s.sending.Unlock()
	if err := s.await(ctx); err != nil {
		return err
	}
	return do()
}

// replay has all dead letters heard.
func (s *stage) replay(ctx context.Context) error {
	for letter := range s.bridge.dead {
		if err := s.transport.Replay(ctx, letter); err != nil {
			return err
		}
	}
	return s.await(ctx)
}

// await waits until all is heard that was acknowledged, or is a dead letter if it was
// sent to be one. What is not by the time that it gives up is not waited for again.
func (s *stage) await(ctx context.Context) error {
	for deadline := time.Now().Add(patience); ; s.sleep(ctx, 200*time.Millisecond) {
		if err := s.bury(ctx); err != nil {
			return err
		}
		r, err := s.bridge.tally(s.plan)
		if err != nil || ctx.Err() != nil {
			return errors.Join(err, ctx.Err())
		}
		if time.Now().After(deadline) {
			s.given = r.lost
		}
		if r.lost <= s.given {
			return nil
		}
	}
}

// bury looks which dead letters there are, if any are to be expected.
func (s *stage) bury(ctx context.Context) error {
	if s.kind != poison {
		return nil
	}
	s.bridge.dead = make(map[uint64]int)
	for letter, err := range s.transport.DeadLetters(ctx) {
		if errors.Is(err, jetstream.ErrStreamNotFound) { // it was deleted, and nothing is dead since
			return nil
		}
		var o order.Placed
		if err == nil {
			err = json.Unmarshal(letter.Data, &o)
		}
		if err != nil {
			return err
		}
		s.bridge.dead[letter.Sequence] = o.ID
	}
	return nil
}

func (s *stage) sleep(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}

// disk is the folder of the first node.
func (s *stage) disk() string { return filepath.Join(s.dir, "n1") }

// mount gives the first node a disk of its own that is soon full.
func (s *stage) mount() error {
	if err := os.Mkdir(s.disk(), 0o700); err != nil {
		return err
	}
	if said, err := exec.Command("mount", "-t", "tmpfs", "-o", "size=48m", "tmpfs", s.disk()).CombinedOutput(); err != nil {
		return fmt.Errorf("mount a tmpfs, which root may do, or unshare -Urm: %w: %s", err, strings.TrimSpace(string(said)))
	}
	return nil
}

// fill leaves no room on the first node's disk until free is called.
func (s *stage) fill() (free func() error, err error) {
	name := filepath.Join(s.disk(), "ballast")
	f, err := os.Create(name)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	if _, err := io.Copy(f, zeros{}); err == nil {
		return nil, errors.New("the disk has no end")
	}
	return func() error { return os.Remove(name) }, nil
}

// zeros has no end.
type zeros struct{}

func (zeros) Read(b []byte) (int, error) { return len(b), nil }

// logger tells nobody of what this is about, lost connections for one, unless asked to.
func logger(on bool) *slog.Logger {
	if on {
		return slog.New(slog.NewTextHandler(os.Stderr, nil))
	}
	return slog.New(slog.DiscardHandler)
}
