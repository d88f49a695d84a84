package natsbridge

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

func TestPasses(t *testing.T) {
	for _, test := range []struct {
		err  error
		want bool
	}{
		{nats.ErrTimeout, true},
		{fmt.Errorf("wrapped: %w", nats.ErrNoResponders), true},
		{jetstream.ErrNoStreamResponse, true},
		{&jetstream.APIError{Code: 503, Description: "leaderless"}, true},
		{&jetstream.APIError{Code: 429, Description: "too many"}, true},
		{&jetstream.APIError{Code: 409, ErrorCode: 10158, Description: "duplicate message id is in process"}, true},
		{&jetstream.APIError{Code: 409, ErrorCode: 10000, Description: "other"}, false},
		{&jetstream.APIError{Code: 400, Description: "bad"}, false},
		{nats.ErrMaxPayload, false},
		{nats.ErrConnectionClosed, false},
		{errors.New("other"), false},
	} {
		if got := isTemporary(test.err); got != test.want {
			t.Errorf("%v: %t, want %t", test.err, got, test.want)
		}
	}
}

func TestStored(t *testing.T) {
	for _, test := range []struct {
		data  string
		found place
		want  string // in the error; "" for none
	}{
		{`{"stream":"SIGNALS","seq":1}`, place{}, ""},
		{`{"stream":"SIGNALS", "seq":7,"duplicate": true}`, place{"SIGNALS", 7}, ""},
		{`{"stream":"SIGNALS","seq":7,"duplicate":true}`, place{"SIGNALS", 7}, ""},
		{`{"error":{"code":503,"err_code":10077,"description":"maximum messages exceeded"}}`, place{}, "maximum messages exceeded"},
		{`{"stream`, place{}, "invalid"},
		{``, place{}, "invalid"},
	} {
		found, err := stored(&nats.Msg{Data: []byte(test.data)})
		if found != test.found || (err == nil) != (test.want == "") || err != nil && !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v, %v, want %v, %q", test.data, found, err, test.found, test.want)
		}
	}
}

func TestGivenNamesBothReasons(t *testing.T) {
	cause := errors.New("closing time")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(cause)
	if err := ctxError(ctx, nats.ErrTimeout); !errors.Is(err, cause) || !errors.Is(err, nats.ErrTimeout) {
		t.Error(err)
	}
	if err := ctxError(ctx, nil); !errors.Is(err, cause) {
		t.Error(err)
	}
}
