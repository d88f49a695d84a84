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

// Folder keeps streams in a folder, which is made if it does not exist. No two
// servers may use one at a time. Without it they are kept in memory.
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

// Sync says how often what is stored in [Folder] is forced to the disk. With 0 it
// is before each acknowledgement.
func Sync(every time.Duration) Option {
	return func(c *config) {
		c.options.SyncAlways = every <= 0
		c.options.SyncInterval = every
	}
}

// Configure changes anything else about the server.
func Configure(change func(*server.Options)) Option {
	return func(c *config) { change(&c.options) }
}
