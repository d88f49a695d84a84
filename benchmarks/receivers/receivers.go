// Package receivers has receivers that cannot be inlined: a hundred that are called by
// hand, and others that are connected.
package receivers

import (
	"context"

	"github.com/signalgen/signalgen/benchmarks/signals"
)

// Count is what the receivers add to.
var Count int64

// R00 receives.
//
//go:noinline
func R00(_ context.Context, data signals.Payload) error {
	Count += data.N
	return nil
}

// R01 receives.
//
//go:noinline
func R01(_ context.Context, data signals.Payload) error {
	Count += data.N
	return nil
}

// R02 receives.
//
//go:noinline
func R02(_ context.Context, data signals.Payload) error {
	Count += data.N
	return nil
}

// R03 receives.
//
//go:noinline
func R03(_ context.Context, data signals.Payload) error {
	Count += data.N
	return nil
}

// R04 receives.
//
//go:noinline
func R04(_ context.Context, data signals.Payload) error {
	Count += data.N
	return nil
}

// R05 receives.
//
//go:noinline
func R05(_ context.Context, data signals.Payload) error {
	Count += data.N
	return nil
}

// R06 receives.
//
//go:noinline
func R06(_ context.Context, data signals.Payload) error {
	Count += data.N
	return nil
}

// R07 receives.
//
//go:noinline
func R07(_ context.Context, data signals.Payload) error {
	Count += data.N
	return nil
}

// R08 receives.
//
//go:noinline
func R08(_ context.Context, data signals.Payload) error {
	Count += data.N
	return nil
}

// R09 receives.
//
//go:noinline
func R09(_ context.Context, data signals.Payload) error {
	Count += data.N
	return nil
}

// R10 receives.
//
//go:noinline
func R10(_ context.Context, data signals.Payload) error {
	Count += data.N
	return nil
}

// R11 receives.
//
//go:noinline
func R11(_ context.Context, data signals.Payload) error {
	Count += data.N
	return nil
}

// R12 receives.
//
//go:noinline
func R12(_ context.Context, data signals.Payload) error {
	Count += data.N
	return nil
}

// R13 receives.
//
//go:noinline
func R13(_ context.Context, data signals.Payload) error {
	Count += data.N
	return nil
}

// R14 receives.
//
//go:noinline
func R14(_ context.Context, data signals.Payload) error {
	Count += data.N
	return nil
}

// R15 receives.
//
//go:noinline
func R15(_ context.Context, data signals.Payload) error {
	Count += data.N
	return nil
}

// R16 receives.
//
//go:noinline
func R16(_ context.Context, data signals.Payload) error {
	Count += data.N
	return nil
}

// R17 receives.
//
//go:noinline
func R17(_ context.Context, data signals.Payload) error {
	Count += data.N
	return nil
}

// R18 receives.
//
//go:noinline
func R18(_ context.Context, data signals.Payload) error {
	Count += data.N
	return nil
}

// R19 receives.
//
//go:noinline
func R19(_ context.Context, data signals.Payload) error {
	Count += data.N
	return nil
}

// R20 receives.
//
//go:noinline
func R20(_ context.Context, data signals.Payload) error {
	Count += data.N
	return nil
}

// R21 receives.
//
//go:noinline
func R21(_ context.Context, data signals.Payload) error {
	Count += data.N
	return nil
}

// R22 receives.
//
//go:noinline
func R22(_ context.Context, data signals.Payload) error {
	Count += data.N
	return nil
}

// R23 receives.
//
//go:noinline
func R23(_ context.Context, data signals.Payload) error {
	Count += data.N
	return nil
}

// R24 receives.
//
//go:noinline
func R24(_ context.Context, data signals.Payload) error {
	Count += data.N
	return nil
}

// R25 receives.
//
//go:noinline
func R25(_ context.Context, data signals.Payload) error {
	Count += data.N
	return nil
}

// R26 receives.
//
//go:noinline
func R26(_ context.Context, data signals.Payload) error {
	Count += data.N
	return nil
}

// R27 receives.
//
//go:noinline
func R27(_ context.Context, data signals.Payload) error {
	Count += data.N
	return nil
}

// R28 receives.
//
//go:noinline
func R28(_ context.Context, data signals.Payload) error {
	Count += data.N
	return nil
}

// R29 receives.
//
//go:noinline
func R29(_ context.Context, data signals.Payload) error {
	Count += data.N
	return nil
}

// R30 receives.
//
//go:noinline
func R30(_ context.Context, data signals.Payload) error {
	Count += data.N
	return nil
}

// R31 receives.
//
//go:noinline
func R31(_ context.Context, data signals.Payload) error {
	Count += data.N
	return nil
}

// R32 receives.
//
//go:noinline
func R32(_ context.Context, data signals.Payload) error {
	Count += data.N
	return nil
}

// R33 receives.
//
//go:noinline
func R33(_ context.Context, data signals.Payload) error {
	Count += data.N
	return nil
}

// R34 receives.
//
//go:noinline
func R34(_ context.Context, data signals.Payload) error {
	Count += data.N
	return nil
}

// R35 receives.
//
//go:noinline
func R35(_ context.Context, data signals.Payload) error {
	Count += data.N
	return nil
}

// R36 receives.
//
//go:noinline
func R36(_ context.Context, data signals.Payload) error {
	Count += data.N
	return nil
}

// R37 receives.
//
//go:noinline
func R37(_ context.Context, data signals.Payload) error {
	Count += data.N
	return nil
}

// R38 receives.
//
//go:noinline
func R38(_ context.Context, data signals.Payload) error {
	Count += data.N
	return nil
}

// R39 receives.
//
//go:noinline
func R39(_ context.Context, data signals.Payload) error {
	Count += data.N
	return nil
}

// R40 receives.
//
//go:noinline
func R40(_ context.Context, data signals.Payload) error {
	Count += data.N
	return nil
}

// R41 receives.
//
//go:noinline
func R41(_ context.Context, data signals.Payload) error {
	Count += data.N
	return nil
}

// R42 receives.
//
//go:noinline
func R42(_ context.Context, data signals.Payload) error {
	Count += data.N
	return nil
}

// R43 receives.
//
//go:noinline
func R43(_ context.Context, data signals.Payload) error {
	Count += data.N
	return nil
}

// R44 receives.
//
//go:noinline
func R44(_ context.Context, data signals.Payload) error {
	Count += data.N
	return nil
}

// R45 receives.
//
//go:noinline
func R45(_ context.Context, data signals.Payload) error {
	Count += data.N
	return nil
}

// R46 receives.
//
//go:noinline
func R46(_ context.Context, data signals.Payload) error {
	Count += data.N
	return nil
}

// R47 receives.
//
//go:noinline
func R47(_ context.Context, data signals.Payload) error {
	Count += data.N
	return nil
}

// R48 receives.
//
//go:noinline
func R48(_ context.Context, data signals.Payload) error {
	Count += data.N
	return nil
}

// R49 receives.
//
//go:noinline
func R49(_ context.Context, data signals.Payload) error {
	Count += data.N
	return nil
}

// R50 receives.
//
//go:noinline
func R50(_ context.Context, data signals.Payload) error {
	Count += data.N
	return nil
}

// R51 receives.
//
//go:noinline
func R51(_ context.Context, data signals.Payload) error {
	Count += data.N
	return nil
}

// R52 receives.
//
//go:noinline
func R52(_ context.Context, data signals.Payload) error {
	Count += data.N
	return nil
}

// R53 receives.
//
//go:noinline
func R53(_ context.Context, data signals.Payload) error {
	Count += data.N
	return nil
}

// R54 receives.
//
//go:noinline
func R54(_ context.Context, data signals.Payload) error {
	Count += data.N
	return nil
}

// R55 receives.
//
//go:noinline
func R55(_ context.Context, data signals.Payload) error {
	Count += data.N
	return nil
}

// R56 receives.
//
//go:noinline
func R56(_ context.Context, data signals.Payload) error {
	Count += data.N
	return nil
}

// R57 receives.
//
//go:noinline
func R57(_ context.Context, data signals.Payload) error {
	Count += data.N
	return nil
}

// R58 receives.
//
//go:noinline
func R58(_ context.Context, data signals.Payload) error {
	Count += data.N
	return nil
}

// R59 receives.
//
//go:noinline
func R59(_ context.Context, data signals.Payload) error {
	Count += data.N
	return nil
}

// R60 receives.
//
//go:noinline
func R60(_ context.Context, data signals.Payload) error {
	Count += data.N
	return nil
}

// R61 receives.
//
//go:noinline
func R61(_ context.Context, data signals.Payload) error {
	Count += data.N
	return nil
}

// R62 receives.
//
//go:noinline
func R62(_ context.Context, data signals.Payload) error {
	Count += data.N
	return nil
}

// R63 receives.
//
//go:noinline
func R63(_ context.Context, data signals.Payload) error {
	Count += data.N
	return nil
}

// R64 receives.
//
//go:noinline
func R64(_ context.Context, data signals.Payload) error {
	Count += data.N
	return nil
}

// R65 receives.
//
//go:noinline
func R65(_ context.Context, data signals.Payload) error {
	Count += data.N
	return nil
}

// R66 receives.
//
//go:noinline
func R66(_ context.Context, data signals.Payload) error {
	Count += data.N
	return nil
}

// R67 receives.
//
//go:noinline
func R67(_ context.Context, data signals.Payload) error {
	Count += data.N
	return nil
}

// R68 receives.
//
//go:noinline
func R68(_ context.Context, data signals.Payload) error {
	Count += data.N
	return nil
}

// R69 receives.
//
//go:noinline
func R69(_ context.Context, data signals.Payload) error {
	Count += data.N
	return nil
}

// R70 receives.
//
//go:noinline
func R70(_ context.Context, data signals.Payload) error {
	Count += data.N
	return nil
}

// R71 receives.
//
//go:noinline
func R71(_ context.Context, data signals.Payload) error {
	Count += data.N
	return nil
}

// R72 receives.
//
//go:noinline
func R72(_ context.Context, data signals.Payload) error {
	Count += data.N
	return nil
}

// R73 receives.
//
//go:noinline
func R73(_ context.Context, data signals.Payload) error {
	Count += data.N
	return nil
}

// R74 receives.
//
//go:noinline
func R74(_ context.Context, data signals.Payload) error {
	Count += data.N
	return nil
}

// R75 receives.
//
//go:noinline
func R75(_ context.Context, data signals.Payload) error {
	Count += data.N
	return nil
}

// R76 receives.
//
//go:noinline
func R76(_ context.Context, data signals.Payload) error {
	Count += data.N
	return nil
}

// R77 receives.
//
//go:noinline
func R77(_ context.Context, data signals.Payload) error {
	Count += data.N
	return nil
}

// R78 receives.
//
//go:noinline
func R78(_ context.Context, data signals.Payload) error {
	Count += data.N
	return nil
}

// R79 receives.
//
//go:noinline
func R79(_ context.Context, data signals.Payload) error {
	Count += data.N
	return nil
}

// R80 receives.
//
//go:noinline
func R80(_ context.Context, data signals.Payload) error {
	Count += data.N
	return nil
}

// R81 receives.
//
//go:noinline
func R81(_ context.Context, data signals.Payload) error {
	Count += data.N
	return nil
}

// R82 receives.
//
//go:noinline
func R82(_ context.Context, data signals.Payload) error {
	Count += data.N
	return nil
}

// R83 receives.
//
//go:noinline
func R83(_ context.Context, data signals.Payload) error {
	Count += data.N
	return nil
}

// R84 receives.
//
//go:noinline
func R84(_ context.Context, data signals.Payload) error {
	Count += data.N
	return nil
}

// R85 receives.
//
//go:noinline
func R85(_ context.Context, data signals.Payload) error {
	Count += data.N
	return nil
}

// R86 receives.
//
//go:noinline
func R86(_ context.Context, data signals.Payload) error {
	Count += data.N
	return nil
}

// R87 receives.
//
//go:noinline
func R87(_ context.Context, data signals.Payload) error {
	Count += data.N
	return nil
}

// R88 receives.
//
//go:noinline
func R88(_ context.Context, data signals.Payload) error {
	Count += data.N
	return nil
}

// R89 receives.
//
//go:noinline
func R89(_ context.Context, data signals.Payload) error {
	Count += data.N
	return nil
}

// R90 receives.
//
//go:noinline
func R90(_ context.Context, data signals.Payload) error {
	Count += data.N
	return nil
}

// R91 receives.
//
//go:noinline
func R91(_ context.Context, data signals.Payload) error {
	Count += data.N
	return nil
}

// R92 receives.
//
//go:noinline
func R92(_ context.Context, data signals.Payload) error {
	Count += data.N
	return nil
}

// R93 receives.
//
//go:noinline
func R93(_ context.Context, data signals.Payload) error {
	Count += data.N
	return nil
}

// R94 receives.
//
//go:noinline
func R94(_ context.Context, data signals.Payload) error {
	Count += data.N
	return nil
}

// R95 receives.
//
//go:noinline
func R95(_ context.Context, data signals.Payload) error {
	Count += data.N
	return nil
}

// R96 receives.
//
//go:noinline
func R96(_ context.Context, data signals.Payload) error {
	Count += data.N
	return nil
}

// R97 receives.
//
//go:noinline
func R97(_ context.Context, data signals.Payload) error {
	Count += data.N
	return nil
}

// R98 receives.
//
//go:noinline
func R98(_ context.Context, data signals.Payload) error {
	Count += data.N
	return nil
}

// R99 receives.
//
//go:noinline
func R99(_ context.Context, data signals.Payload) error {
	Count += data.N
	return nil
}
