package main

import (
	"fmt"
	"io"
	"log"
	"net"
	"time"

	"github.com/signalgen/signalgen/benchmarks/internal/measure"
)

// A scene says who has the page open.
type scene struct {
	name string
	way  *measure.Way
}

// The readers of a scene.
const (
	dead  = 20
	views = 3 // overview, a signal, the last sends
)

// newScenes returns the scenes, each compared with the one without readers. Sample
// measures one.
func newScenes(address string, sample func() []float64) []*scene {
	scenes := []*scene{{name: "none"}, {name: "one"}, {name: "one, and 20 dead"}}
	scenes[0].way = &measure.Way{Sample: sample}
	for i, s := range scenes[1:] {
		s.way = &measure.Way{Versus: scenes[0].way, Sample: func() []float64 {
			defer open(address, i*dead)()
			time.Sleep(time.Second) // so that dead readers fall behind
			return sample()
		}}
	}
	return scenes
}

func ways(scenes []*scene) (ways []*measure.Way) {
	for _, s := range scenes[1:] { // the first is measured next to each of them
		ways = append(ways, s.way)
	}
	return ways
}

// open makes one reader read the overview, and others ask for updates and read nothing,
// until closed is called.
func open(address string, dead int) (closed func()) {
	reader := ask(address, "overview")
	go func() { _, _ = io.Copy(io.Discard, reader) }() // ends with the connection
	all := []net.Conn{reader}
	for i := range dead {
		conn := ask(address, []string{"overview", "signal&set=bench&name=signals.event", "live"}[i%views])
		_ = conn.(*net.TCPConn).SetReadBuffer(1 << 10) // the network must not buffer much for it
		all = append(all, conn)
	}
	return func() {
		for _, conn := range all {
			_ = conn.Close()
		}
	}
}

// ask asks for the updates of a view.
func ask(address, view string) net.Conn {
	conn, err := net.Dial("tcp", address)
	if err != nil {
		log.Fatal(err)
	}
	if _, err := fmt.Fprintf(conn, "GET /events?view=%s HTTP/1.1\r\nHost: %s\r\n\r\n", view, address); err != nil {
		log.Fatal(err)
	}
	return conn
}
