//go:build unix

package main

import (
	"context"
	"errors"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/signalgen/signalgen/bridge/nats/embedded/internal/cluster"
)

// A trial does something to the processes of a stage while signals are sent.
type trial struct {
	name    string
	nodes   int
	small   bool // the first node has a small disk of its own
	ordered bool // there are two receivers, in a group that keeps the order
	do      func(ctx context.Context, s *stage) error
}

var trials = []trial{
	{name: "receiver", nodes: 1, do: killReceiver(10)},
	{name: "member", nodes: 1, do: killMember(5)},
	{name: "server", nodes: 1, do: killServer(6)},
	{name: "leader-3", nodes: 3, do: killLeader(3)},
	{name: "leader-5", nodes: 3, do: killLeader(5)},
	{name: "leader-stalled", nodes: 3, do: pauseLeader(3 * time.Second)},
	{name: "leader-paused", nodes: 3, do: pauseLeader(10 * time.Second)},
	{name: "node-paused", nodes: 3, do: pauseNode(100 * time.Second)},
	{name: "all", nodes: 3, do: killAll(2)},
	{name: "rolling", nodes: 3, do: restartEach},
	{name: "consumer", nodes: 1, do: deleteConsumer},
	{name: "anew", nodes: 1, do: deleteStreams},
	{name: "disk", nodes: 1, small: true, do: fillDisk},
	{name: "ordered-member", nodes: 1, ordered: true, do: killMember(5)},
	{name: "ordered-leader", nodes: 3, ordered: true, do: killLeader(3)},
	{name: "ordered-node", nodes: 3, ordered: true, do: pauseNode(20 * time.Second)},
}

// killReceiver kills the only receiver.
func killReceiver(times int) func(context.Context, *stage) error {
	return func(ctx context.Context, s *stage) error {
		for range times {
			s.sleep(ctx, time.Second)
			if err := s.receivers[len(s.receivers)-1].Kill(); err != nil {
				return err
			}
			if err := s.receive(); err != nil {
				return err
			}
		}
		return nil
	}
}

// killMember has a second receiver, and kills the older one.
func killMember(times int) func(context.Context, *stage) error {
	return func(ctx context.Context, s *stage) error {
		for range times {
			if err := s.receive(); err != nil {
				return err
			}
			s.sleep(ctx, 2*time.Second)
			if err := s.receivers[len(s.receivers)-2].Kill(); err != nil {
				return err
			}
			s.sleep(ctx, s.plan.ackWait)
		}
		return nil
	}
}

func killServer(times int) func(context.Context, *stage) error {
	return func(ctx context.Context, s *stage) error {
		for range times {
			s.sleep(ctx, 3*time.Second)
			if err := s.cluster.Nodes[0].Kill(); err != nil {
				return err
			}
			if err := s.cluster.Nodes[0].Start(); err != nil {
				return err
			}
		}
		return nil
	}
}

// killLeader kills one node after another, beginning with the one that the clients are
// connected to, and starts it again after another has led for a while.
func killLeader(times int) func(context.Context, *stage) error {
	return func(ctx context.Context, s *stage) error {
		for i := range times {
			leader := s.cluster.Nodes[i%len(s.cluster.Nodes)]
			if err := s.cluster.Lead(ctx, leader, stream); err != nil {
				return err
			}
			s.sleep(ctx, 2*time.Second)
			if err := leader.Kill(); err != nil {
				return err
			}
			s.sleep(ctx, 8*time.Second)
			if err := s.restart(ctx, leader); err != nil {
				return err
			}
		}
		return nil
	}
}

func pauseLeader(d time.Duration) func(context.Context, *stage) error {
	return func(ctx context.Context, s *stage) error {
		leader := s.cluster.Nodes[1]
		if err := s.cluster.Lead(ctx, leader, stream); err != nil {
			return err
		}
		return s.pause(ctx, leader, d)
	}
}

// pauseNode stops the node that the clients are connected to, which leads nothing.
func pauseNode(d time.Duration) func(context.Context, *stage) error {
	return func(ctx context.Context, s *stage) error {
		if err := s.cluster.Lead(ctx, s.cluster.Nodes[1], stream); err != nil {
			return err
		}
		return s.pause(ctx, s.cluster.Nodes[0], d)
	}
}

func killAll(times int) func(context.Context, *stage) error {
	return func(ctx context.Context, s *stage) error {
		for range times {
			s.sleep(ctx, 2*time.Second)
			for _, n := range s.cluster.Nodes {
				if err := n.Kill(); err != nil {
					return err
				}
			}
			if err := s.restart(ctx, s.cluster.Nodes...); err != nil {
				return err
			}
		}
		return nil
	}
}

func restartEach(ctx context.Context, s *stage) error {
	for _, n := range s.cluster.Nodes {
		s.sleep(ctx, 2*time.Second)
		if err := n.Stop(); err != nil {
			return err
		}
		if err := s.restart(ctx, n); err != nil {
			return err
		}
	}
	return nil
}

// deleteConsumer deletes the consumer while failed signals wait for their redelivery.
func deleteConsumer(ctx context.Context, s *stage) error {
	s.change(late)
	s.sleep(ctx, 6*time.Second)
	s.change(fine)
	if err := s.cluster.JS.DeleteConsumer(ctx, stream, consumer); err != nil {
		return err
	}
	s.sleep(ctx, lateness+s.plan.ackWait)
	return nil
}

// deleteStreams makes dead letters and replays them, before and after each deletion. It
// deletes when nobody sends and everything is heard, because what is in a stream is
// deleted with it.
func deleteStreams(ctx context.Context, s *stage) error {
	for _, streams := range [][]string{{stream}, {deadStream}, {stream, deadStream}, nil} {
		s.change(poison)
		s.sleep(ctx, time.Second)
		err := s.interrupt(ctx, func() error {
			if err := s.replay(ctx); err != nil {
				return err
			}
			s.kind = fine
			for _, name := range streams {
				if err := s.cluster.JS.DeleteStream(ctx, name); err != nil && !errors.Is(err, jetstream.ErrStreamNotFound) {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// fillDisk fills the disk and makes room again after a while. Then it restarts the server,
// which does not notice the room by itself.
func fillDisk(ctx context.Context, s *stage) error {
	s.sleep(ctx, 3*time.Second)
	free, err := s.fill()
	if err != nil {
		return err
	}
	s.sleep(ctx, 8*time.Second)
	if err := free(); err != nil {
		return err
	}
	if err := s.cluster.Nodes[0].Stop(); err != nil {
		return err
	}
	return s.restart(ctx, s.cluster.Nodes[0])
}

// pause stops a node for a while, and waits until it has caught up.
func (s *stage) pause(ctx context.Context, n *cluster.Node, d time.Duration) error {
	s.sleep(ctx, 2*time.Second)
	if err := n.Pause(); err != nil {
		return err
	}
	s.sleep(ctx, d)
	if err := n.Resume(); err != nil {
		return err
	}
	return s.cluster.Whole(ctx, stream, deadStream)
}

// restart starts nodes, and waits until they have caught up.
func (s *stage) restart(ctx context.Context, nodes ...*cluster.Node) error {
	for _, n := range nodes {
		if err := n.Start(); err != nil {
			return err
		}
	}
	return s.cluster.Whole(ctx, stream, deadStream)
}
