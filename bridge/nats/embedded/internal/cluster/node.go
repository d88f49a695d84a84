//go:build unix

package cluster

import (
	"log/slog"
	"net/url"
	"strconv"

	"github.com/nats-io/nats-server/v2/server"

	"github.com/signalgen/signalgen/bridge/nats/embedded"
	"github.com/signalgen/signalgen/bridge/nats/embedded/internal/process"
)

// A Node is one server of a cluster. It has a process from [Node.Start] on; the methods
// of that are the node's.
type Node struct {
	*process.Process
	as place
}

// Name is the server's.
func (n *Node) Name() string {
	if n == nil {
		return "nobody"
	}
	return n.as.Name
}

// URL is where clients reach the node.
func (n *Node) URL() string { return "nats://" + n.as.Client }

// Start starts the node on its folder and its addresses, for the first time or after it
// has ended, and returns when it takes connections.
func (n *Node) Start() (err error) {
	n.Process, err = nodes.Start(n.as)
	return err
}

// A place says what makes a node that node.
type place struct {
	Name, Folder, Client string
	Route                string   // "" for a server by itself
	Routes               []string // of all nodes
}

var nodes = process.NewRole("node", func(as place) error {
	slog.SetDefault(slog.New(slog.DiscardHandler)) // it would tell of each attempt to reach a node that is away
	s, err := embedded.Start(embedded.Folder(as.Folder), embedded.Listen(as.Client), embedded.Configure(as.configure))
	if err != nil {
		return err
	}
	defer s.Shutdown()
	return process.Ready()
})

func (as place) configure(o *server.Options) {
	o.ServerName = as.Name
	if as.Route == "" {
		return
	}
	own := address(as.Route)
	port, err := strconv.Atoi(own.Port())
	if err != nil {
		panic(err) // an address of our own making
	}
	o.Cluster = server.ClusterOpts{Name: "trial", Host: own.Hostname(), Port: port}
	for _, route := range as.Routes {
		o.Routes = append(o.Routes, address(route))
	}
}

func address(hostPort string) *url.URL {
	u, err := url.Parse("nats://" + hostPort)
	if err != nil {
		panic(err) // an address of our own making
	}
	return u
}
