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

// Folder keeps streams in a folder, which is created if it does not exist. Only one server
// can use it: it locks the file signalgen.lock in it until Shutdown or the end of the
// process, including kill -9, and a second server does not start. Use [Listen] to share a
// server with other processes. Without a folder, streams are kept in memory.
func Folder(dir string) Option { return func(c *config) { c.options.StoreDir = dir } }

// Listen makes the server listen on an address such as localhost:4222, for other processes.
// With port 0 the system chooses a free port; see [Server.URL]. There is no authentication
// unless [Configure] sets it up.
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

// Sync sets how often the streams in [Folder] are synced to disk. A loss of power loses what
// was acknowledged since the last sync; the end of the process loses nothing. The default
// is one second, which has no measurable cost; that of a NATS server is two minutes.
//
// With 0 they are synced before each acknowledgement, and nothing acknowledged is ever
// lost. A publish then takes as long as the disk. In BenchmarkSync, inside one process, on
// a virtual disk with ext4:
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

// Configure changes other options of the server, except JetStream, which must stay enabled.
// See [Server.Connect] about users.
func Configure(change func(*server.Options)) Option {
	return func(c *config) { change(&c.options) }
}
