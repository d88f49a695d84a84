package embedded

import (
	"fmt"
	"net"
	"strconv"
	"time"

	"github.com/nats-io/nats-server/v2/server"
)

// An Option changes how [Start] starts a server.
type Option func(*config)

type config struct {
	options server.Options
	err     error
}

// Folder keeps streams in a folder, which is made if it does not exist. A server has
// it for itself: it locks a file in it, signalgen.lock, until Shutdown or the end of
// the process, kill -9 included, and a second one does not start. Several processes
// share a server by [Listen]. Without a folder streams are kept in memory.
func Folder(dir string) Option { return func(c *config) { c.options.StoreDir = dir } }

// Listen has the server listen on an address such as localhost:4222, for other
// processes. With port 0 the system chooses a free one, which [Server.URL] tells.
// There is no authentication unless [Configure] sets it up.
func Listen(addr string) Option {
	return func(c *config) {
		host, text, err := net.SplitHostPort(addr)
		port, portErr := strconv.Atoi(text)
		if err != nil || portErr != nil {
			c.err = fmt.Errorf("listen on %q: want host:port", addr)
			return
		}
		if port == 0 {
			port = server.RANDOM_PORT
		}
		c.options.DontListen = false
		c.options.Host, c.options.Port = host, port
	}
}

// Sync says how often what is stored in [Folder] is forced to the disk, which is what
// a loss of power can take away although it was acknowledged; the end of the process
// takes nothing. The default is a second, where a NATS server on its own has two
// minutes: it costs nothing that can be measured.
//
// With 0 it is before each acknowledgement, and nothing acknowledged is ever lost. A
// publish then takes as long as the disk. In BenchmarkSync, inside one process, on a
// virtual disk with ext4:
//
//	               one sender   16 senders
//	every second     28 µs        14 µs a publish
//	every 100 ms     28 µs        16 µs
//	always          285 µs       250 µs
func Sync(every time.Duration) Option {
	return func(c *config) {
		c.options.SyncAlways = every <= 0
		c.options.SyncInterval = every
	}
}

// Configure changes anything else about the server, but that it has JetStream. See
// [Server.Connect] for users.
func Configure(change func(*server.Options)) Option {
	return func(c *config) { change(&c.options) }
}
