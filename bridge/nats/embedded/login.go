package embedded

import (
	"errors"
	"fmt"
	"io"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
)

// login is what the server's own connections say who they are, if there is only one
// that it may be.
func login(o *server.Options) (as []nats.Option) {
	if o.Username != "" {
		as = append(as, nats.UserInfo(o.Username, o.Password))
	}
	if o.Authorization != "" {
		as = append(as, nats.Token(o.Authorization))
	}
	return as
}

// refused explains why a connection inside the process fails. A server that does not
// know who connects hangs up, before the client gets to read what it says.
func refused(err error) error {
	if errors.Is(err, nats.ErrAuthorization) || errors.Is(err, io.ErrClosedPipe) || errors.Is(err, io.EOF) {
		return fmt.Errorf("the server refuses the connection: it was configured with users, give Connect the credentials of one, as by nats.UserInfo: %w", err)
	}
	return err
}
