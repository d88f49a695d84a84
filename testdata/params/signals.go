// Package params declares signals whose parameters have names that generated
// code might want for itself.
package params

import (
	"context"
	"time"
)

// Unnamed has parameters without names.
//
//signalgen:signal
type Unnamed func(context.Context, int, string, ...bool) error

// Blank has parameters that are blank, and names that those might be given.
//
//signalgen:signal
type Blank func(_ context.Context, _, arg1 int, _, arg4 string) error

// Locals has the names of what a send uses.
//
//signalgen:signal
type Locals func(c context.Context, s, r, ctx, err, response, responses, receivers, receiver, opts, signal int) (data int, _ error)

// Builtins has predeclared names, and those of imports.
//
//signalgen:signal
type Builtins func(ctx context.Context, len, append, make, nil, string, error, any, context, runtime, time int, at time.Time) ([]string, error)

// Neighbours has names near those of keywords, and some that linters dislike.
//
//signalgen:signal
type Neighbours func(ctx context.Context, range_, func_, Type, _int, userId, api_url, ID, été int, deJaVu_ string) error

// Shadows has a parameter that is called like the type of its response.
//
//signalgen:signal
type Shadows func(ctx context.Context, Price, DefaultSignals, Signals, ShadowsSignal int) Price

// Digits has a parameter whose name is a digit but for the underscore, and two
// that are the same but for the underscore.
//
//signalgen:signal
type Digits func(ctx context.Context, _1, userId, user_id int)

// s, r and receivers are what Send would call its own variables.
type (
	s         int
	r         int
	receivers int
)

// Receivers returns such a type.
//
//signalgen:signal
type Receivers func(ctx context.Context) receivers

// Constant returns a type whose length is such a name.
//
//signalgen:signal
type Constant func(ctx context.Context) ([responses]s, error)

const responses = 2

// Price is a response.
type Price int
