//go:build unix

// Package cluster runs NATS servers as separate processes on this machine, one or a cluster,
// so that trials and tests can kill, stop and restart them.
//
//	func main() {
//		process.Act() // does not return in the process of a node
//		c, err := cluster.Start(ctx, dir, 3)
//		...
//		defer c.End()
//		leader, err := c.Leader(ctx, "SIGNALS")
//		...
//		err = leader.Kill()
package cluster

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"path/filepath"
	"strings"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// A Cluster is one or several nodes, and an operator's connection to them.
type Cluster struct {
	Nodes []*Node
	JS    jetstream.JetStream
	nc    *nats.Conn
}

// Start starts a number of nodes on free ports of 127.0.0.1, each with a folder in dir. It
// returns when they can create streams.
func Start(ctx context.Context, dir string, nodes int) (*Cluster, error) {
	addrs, err := free(2 * nodes)
	if err != nil {
		return nil, err
	}
	clients, routes := addrs[:nodes], addrs[nodes:]
	c := &Cluster{}
	for i := range nodes {
		name := fmt.Sprint("n", i+1)
		as := place{Name: name, Folder: filepath.Join(dir, name), Client: clients[i]}
		if nodes > 1 {
			as.Route, as.Routes = routes[i], routes
		}
		c.Nodes = append(c.Nodes, &Node{as: as})
	}
	if err := c.start(ctx); err != nil {
		c.End()
		return nil, err
	}
	return c, nil
}

func (c *Cluster) start(ctx context.Context) error {
	for _, n := range c.Nodes {
		if err := n.Start(); err != nil {
			return err
		}
	}
	var err error
	c.nc, err = nats.Connect(c.URL(), nats.MaxReconnects(-1), nats.ReconnectWait(100*time.Millisecond), nats.PingInterval(time.Second),
		nats.ErrorHandler(func(*nats.Conn, *nats.Subscription, error) {})) // by default it prints what is lost with a node
	if err != nil {
		return err
	}
	if c.JS, err = jetstream.New(c.nc); err != nil {
		return err
	}
	return c.eventually(ctx, func(ctx context.Context) error {
		probe := jetstream.StreamConfig{Name: "PROBE", Replicas: len(c.Nodes), Storage: jetstream.MemoryStorage}
		if _, err := c.JS.CreateOrUpdateStream(ctx, probe); err != nil {
			return err
		}
		return c.JS.DeleteStream(ctx, probe.Name)
	})
}

// URL has the addresses of all nodes.
func (c *Cluster) URL() string {
	var urls []string
	for _, n := range c.Nodes {
		urls = append(urls, n.URL())
	}
	return strings.Join(urls, ",")
}

// End kills all nodes.
func (c *Cluster) End() {
	if c.nc != nil {
		c.nc.Close()
	}
	for _, n := range c.Nodes {
		if n.Process != nil {
			_ = n.Kill() // nothing can be done about it
		}
	}
}

// Leader waits until a stream has a leader, and returns it.
func (c *Cluster) Leader(ctx context.Context, stream string) (leader *Node, err error) {
	err = c.eventually(ctx, func(ctx context.Context) error {
		info, err := c.info(ctx, stream)
		if err != nil {
			return err
		}
		leader = c.node(info.Cluster)
		if leader == nil {
			return fmt.Errorf("stream %s has no leader", stream)
		}
		return nil
	})
	return leader, err
}

// Lead makes a node the leader of a stream and of all its consumers.
func (c *Cluster) Lead(ctx context.Context, n *Node, stream string) error {
	return c.eventually(ctx, func(ctx context.Context) error {
		info, err := c.info(ctx, stream)
		if err != nil {
			return err
		}
		if leader := c.node(info.Cluster); leader != n {
			return errors.Join(fmt.Errorf("%s leads stream %s", leader.Name(), stream), c.stepDown("STREAM", stream, n))
		}
		s, err := c.JS.Stream(ctx, stream)
		if err != nil {
			return err
		}
		list := s.ListConsumers(ctx)
		for consumer := range list.Info() {
			if leader := c.node(consumer.Cluster); leader != n {
				err = errors.Join(err, fmt.Errorf("%s leads consumer %s", leader.Name(), consumer.Name), c.stepDown("CONSUMER", stream+"."+consumer.Name, n))
			}
		}
		return errors.Join(err, list.Err())
	})
}

func (c *Cluster) stepDown(kind, name string, next *Node) error {
	body, err := json.Marshal(map[string]any{"placement": map[string]string{"preferred": next.Name()}})
	if err != nil {
		return err
	}
	_, err = c.nc.Request("$JS.API."+kind+".LEADER.STEPDOWN."+name, body, time.Second)
	return err
}

// Whole waits until every node has caught up with the streams.
func (c *Cluster) Whole(ctx context.Context, streams ...string) error {
	return c.eventually(ctx, func(ctx context.Context) error {
		for _, stream := range streams {
			info, err := c.info(ctx, stream)
			if err != nil {
				return err
			}
			if info.Cluster == nil { // a server by itself
				continue
			}
			if c.node(info.Cluster) == nil || len(info.Cluster.Replicas) != len(c.Nodes)-1 {
				return fmt.Errorf("stream %s: %+v", stream, info.Cluster)
			}
			for _, replica := range info.Cluster.Replicas {
				if !replica.Current || replica.Offline {
					return fmt.Errorf("stream %s: %+v", stream, replica)
				}
			}
		}
		return nil
	})
}

func (c *Cluster) info(ctx context.Context, stream string) (*jetstream.StreamInfo, error) {
	s, err := c.JS.Stream(ctx, stream)
	if err != nil {
		return nil, err
	}
	return s.CachedInfo(), nil
}

// node returns the leader, or the first node if info is nil; nil if there is none.
func (c *Cluster) node(info *jetstream.ClusterInfo) *Node {
	for _, n := range c.Nodes {
		if info == nil || info.Leader == n.Name() {
			return n
		}
	}
	return nil
}

// eventually calls try until it returns nil. It returns the last error when ctx is done or
// a minute has passed.
func (c *Cluster) eventually(ctx context.Context, try func(ctx context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	for {
		err := once(ctx, try)
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(200 * time.Millisecond):
		}
	}
}

// once limits the time of a try, because a request may never be answered.
func once(ctx context.Context, try func(ctx context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	return try(ctx)
}

// free returns n addresses on which nobody listens.
func free(n int) (addrs []string, err error) {
	for range n {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return nil, err
		}
		defer func() { _ = l.Close() }()
		addrs = append(addrs, l.Addr().String())
	}
	return addrs, nil
}
