//go:build unix

package cluster

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"syscall"

	"github.com/nats-io/nats-server/v2/server"

	"github.com/signalgen/signalgen/bridge/nats/embedded"
)

// A Node is one server of a cluster, in a process of its own.
type Node struct {
	Name string
	as   role
	cmd  *exec.Cmd // nil while it does not run
	in   io.Closer
}

// URL is where clients reach the node.
func (n *Node) URL() string { return "nats://" + n.as.Client }

// Running says whether the node has a process, be it stopped.
func (n *Node) Running() bool { return n.cmd != nil }

// Start starts the node on its folder and its address, and returns when it takes
// connections.
func (n *Node) Start() error {
	arg, err := json.Marshal(n.as)
	if err != nil {
		return err
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), roleVariable+"="+string(arg))
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe() // it ends with this process, and so does the node
	if err != nil {
		return err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	n.cmd, n.in = cmd, in
	if _, err := bufio.NewReader(out).ReadString('\n'); err != nil {
		return errors.Join(fmt.Errorf("node %s does not start: %w", n.Name, err), n.Kill())
	}
	return nil
}

// Kill ends the node as kill -9 does.
func (n *Node) Kill() error {
	if err := n.cmd.Process.Kill(); err != nil {
		return err
	}
	n.reap()
	return nil
}

// Stop has the node shut down, and waits until it has.
func (n *Node) Stop() error {
	err := n.in.Close()
	n.reap()
	return err
}

// Pause stops the process: its connections stay, and nothing answers on them.
func (n *Node) Pause() error { return n.cmd.Process.Signal(syscall.SIGSTOP) }

// Resume has a process go on that Pause has stopped.
func (n *Node) Resume() error { return n.cmd.Process.Signal(syscall.SIGCONT) }

func (n *Node) reap() {
	_ = n.cmd.Wait() // says how it ended
	_ = n.in.Close() // fails if it is closed
	n.cmd = nil
}

const roleVariable = "SIGNALGEN_TEST_NODE"

// A role says what a process is to run.
type role struct {
	Name, Folder, Client string
	Route                string   // "" for a server by itself
	Routes               []string // of all nodes
}

// Act runs a node if this process was started to be one, and ends with it. main and
// TestMain of a program that starts a cluster call it first.
func Act() {
	arg := os.Getenv(roleVariable)
	if arg == "" {
		return
	}
	var as role
	err := json.Unmarshal([]byte(arg), &as)
	if err == nil {
		err = as.run()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "node", as.Name+":", err)
		os.Exit(1)
	}
	os.Exit(0)
}

// run runs a server until the standard input ends.
func (as role) run() error {
	s, err := embedded.Start(embedded.Folder(as.Folder), embedded.Listen(as.Client), embedded.Configure(func(o *server.Options) {
		o.ServerName = as.Name
		if as.Route == "" {
			return
		}
		own := mustParse("nats://" + as.Route)
		o.Cluster = server.ClusterOpts{Name: "trial", Host: own.Hostname(), Port: port(own)}
		for _, route := range as.Routes {
			o.Routes = append(o.Routes, mustParse("nats://"+route))
		}
	}))
	if err != nil {
		return err
	}
	defer s.Shutdown()
	fmt.Println("ready")
	_, err = io.Copy(io.Discard, os.Stdin)
	return err
}

func mustParse(text string) *url.URL {
	u, err := url.Parse(text)
	if err != nil {
		panic(err) // an address of our own making
	}
	return u
}
