package embedded

import (
	"errors"
	"fmt"
	"io"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
)

// login returns the credentials for connections inside the process, if the server has only
// one user or token.
func login(o *server.Options) (as []nats.Option) {
	if o.Username != "" {
		as = append(as, nats.UserInfo(o.Username, o.Password))
	}
	if o.Authorization != "" {
		as = append(as, nats.Token(o.Authorization))
	}
	return as
}

// refused explains why a connection inside the process fails. A server that rejects the
// credentials may close the connection before the client reads the error.
func refused(err error) error {
	if errors.Is(err, nats.ErrAuthorization) || errors.Is(err, io.ErrClosedPipe) || errors.Is(err, io.EOF) {
		return fmt.Errorf("the server rejects the connection; it was configured with users, so pass the credentials of one to Connect, such as nats.UserInfo: %w", err)
	}
	return err
}
