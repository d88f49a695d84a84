package peers

import (
	"context"

	"github.com/signalgen/signalgen/benchmarks/receivers"
	"github.com/signalgen/signalgen/benchmarks/signals"
)

// The calls of the receivers that the wire file connects, written by hand.

//go:noinline
func callNone(context.Context, signals.Payload) error { return nil }

//go:noinline
func callOne(ctx context.Context, data signals.Payload) error {
	if err := receivers.R00(ctx, data); err != nil {
		return err
	}
	return nil
}

//go:noinline
func callTen(ctx context.Context, data signals.Payload) error {
	if err := receivers.R00(ctx, data); err != nil {
		return err
	}
	if err := receivers.R01(ctx, data); err != nil {
		return err
	}
	if err := receivers.R02(ctx, data); err != nil {
		return err
	}
	if err := receivers.R03(ctx, data); err != nil {
		return err
	}
	if err := receivers.R04(ctx, data); err != nil {
		return err
	}
	if err := receivers.R05(ctx, data); err != nil {
		return err
	}
	if err := receivers.R06(ctx, data); err != nil {
		return err
	}
	if err := receivers.R07(ctx, data); err != nil {
		return err
	}
	if err := receivers.R08(ctx, data); err != nil {
		return err
	}
	if err := receivers.R09(ctx, data); err != nil {
		return err
	}
	return nil
}

//go:noinline
func callHundred(ctx context.Context, data signals.Payload) error {
	if err := receivers.R00(ctx, data); err != nil {
		return err
	}
	if err := receivers.R01(ctx, data); err != nil {
		return err
	}
	if err := receivers.R02(ctx, data); err != nil {
		return err
	}
	if err := receivers.R03(ctx, data); err != nil {
		return err
	}
	if err := receivers.R04(ctx, data); err != nil {
		return err
	}
	if err := receivers.R05(ctx, data); err != nil {
		return err
	}
	if err := receivers.R06(ctx, data); err != nil {
		return err
	}
	if err := receivers.R07(ctx, data); err != nil {
		return err
	}
	if err := receivers.R08(ctx, data); err != nil {
		return err
	}
	if err := receivers.R09(ctx, data); err != nil {
		return err
	}
	if err := receivers.R10(ctx, data); err != nil {
		return err
	}
	if err := receivers.R11(ctx, data); err != nil {
		return err
	}
	if err := receivers.R12(ctx, data); err != nil {
		return err
	}
	if err := receivers.R13(ctx, data); err != nil {
		return err
	}
	if err := receivers.R14(ctx, data); err != nil {
		return err
	}
	if err := receivers.R15(ctx, data); err != nil {
		return err
	}
	if err := receivers.R16(ctx, data); err != nil {
		return err
	}
	if err := receivers.R17(ctx, data); err != nil {
		return err
	}
	if err := receivers.R18(ctx, data); err != nil {
		return err
	}
	if err := receivers.R19(ctx, data); err != nil {
		return err
	}
	if err := receivers.R20(ctx, data); err != nil {
		return err
	}
	if err := receivers.R21(ctx, data); err != nil {
		return err
	}
	if err := receivers.R22(ctx, data); err != nil {
		return err
	}
	if err := receivers.R23(ctx, data); err != nil {
		return err
	}
	if err := receivers.R24(ctx, data); err != nil {
		return err
	}
	if err := receivers.R25(ctx, data); err != nil {
		return err
	}
	if err := receivers.R26(ctx, data); err != nil {
		return err
	}
	if err := receivers.R27(ctx, data); err != nil {
		return err
	}
	if err := receivers.R28(ctx, data); err != nil {
		return err
	}
	if err := receivers.R29(ctx, data); err != nil {
		return err
	}
	if err := receivers.R30(ctx, data); err != nil {
		return err
	}
	if err := receivers.R31(ctx, data); err != nil {
		return err
	}
	if err := receivers.R32(ctx, data); err != nil {
		return err
	}
	if err := receivers.R33(ctx, data); err != nil {
		return err
	}
	if err := receivers.R34(ctx, data); err != nil {
		return err
	}
	if err := receivers.R35(ctx, data); err != nil {
		return err
	}
	if err := receivers.R36(ctx, data); err != nil {
		return err
	}
	if err := receivers.R37(ctx, data); err != nil {
		return err
	}
	if err := receivers.R38(ctx, data); err != nil {
		return err
	}
	if err := receivers.R39(ctx, data); err != nil {
		return err
	}
	if err := receivers.R40(ctx, data); err != nil {
		return err
	}
	if err := receivers.R41(ctx, data); err != nil {
		return err
	}
	if err := receivers.R42(ctx, data); err != nil {
		return err
	}
	if err := receivers.R43(ctx, data); err != nil {
		return err
	}
	if err := receivers.R44(ctx, data); err != nil {
		return err
	}
	if err := receivers.R45(ctx, data); err != nil {
		return err
	}
	if err := receivers.R46(ctx, data); err != nil {
		return err
	}
	if err := receivers.R47(ctx, data); err != nil {
		return err
	}
	if err := receivers.R48(ctx, data); err != nil {
		return err
	}
	if err := receivers.R49(ctx, data); err != nil {
		return err
	}
	if err := receivers.R50(ctx, data); err != nil {
		return err
	}
	if err := receivers.R51(ctx, data); err != nil {
		return err
	}
	if err := receivers.R52(ctx, data); err != nil {
		return err
	}
	if err := receivers.R53(ctx, data); err != nil {
		return err
	}
	if err := receivers.R54(ctx, data); err != nil {
		return err
	}
	if err := receivers.R55(ctx, data); err != nil {
		return err
	}
	if err := receivers.R56(ctx, data); err != nil {
		return err
	}
	if err := receivers.R57(ctx, data); err != nil {
		return err
	}
	if err := receivers.R58(ctx, data); err != nil {
		return err
	}
	if err := receivers.R59(ctx, data); err != nil {
		return err
	}
	if err := receivers.R60(ctx, data); err != nil {
		return err
	}
	if err := receivers.R61(ctx, data); err != nil {
		return err
	}
	if err := receivers.R62(ctx, data); err != nil {
		return err
	}
	if err := receivers.R63(ctx, data); err != nil {
		return err
	}
	if err := receivers.R64(ctx, data); err != nil {
		return err
	}
	if err := receivers.R65(ctx, data); err != nil {
		return err
	}
	if err := receivers.R66(ctx, data); err != nil {
		return err
	}
	if err := receivers.R67(ctx, data); err != nil {
		return err
	}
	if err := receivers.R68(ctx, data); err != nil {
		return err
	}
	if err := receivers.R69(ctx, data); err != nil {
		return err
	}
	if err := receivers.R70(ctx, data); err != nil {
		return err
	}
	if err := receivers.R71(ctx, data); err != nil {
		return err
	}
	if err := receivers.R72(ctx, data); err != nil {
		return err
	}
	if err := receivers.R73(ctx, data); err != nil {
		return err
	}
	if err := receivers.R74(ctx, data); err != nil {
		return err
	}
	if err := receivers.R75(ctx, data); err != nil {
		return err
	}
	if err := receivers.R76(ctx, data); err != nil {
		return err
	}
	if err := receivers.R77(ctx, data); err != nil {
		return err
	}
	if err := receivers.R78(ctx, data); err != nil {
		return err
	}
	if err := receivers.R79(ctx, data); err != nil {
		return err
	}
	if err := receivers.R80(ctx, data); err != nil {
		return err
	}
	if err := receivers.R81(ctx, data); err != nil {
		return err
	}
	if err := receivers.R82(ctx, data); err != nil {
		return err
	}
	if err := receivers.R83(ctx, data); err != nil {
		return err
	}
	if err := receivers.R84(ctx, data); err != nil {
		return err
	}
	if err := receivers.R85(ctx, data); err != nil {
		return err
	}
	if err := receivers.R86(ctx, data); err != nil {
		return err
	}
	if err := receivers.R87(ctx, data); err != nil {
		return err
	}
	if err := receivers.R88(ctx, data); err != nil {
		return err
	}
	if err := receivers.R89(ctx, data); err != nil {
		return err
	}
	if err := receivers.R90(ctx, data); err != nil {
		return err
	}
	if err := receivers.R91(ctx, data); err != nil {
		return err
	}
	if err := receivers.R92(ctx, data); err != nil {
		return err
	}
	if err := receivers.R93(ctx, data); err != nil {
		return err
	}
	if err := receivers.R94(ctx, data); err != nil {
		return err
	}
	if err := receivers.R95(ctx, data); err != nil {
		return err
	}
	if err := receivers.R96(ctx, data); err != nil {
		return err
	}
	if err := receivers.R97(ctx, data); err != nil {
		return err
	}
	if err := receivers.R98(ctx, data); err != nil {
		return err
	}
	if err := receivers.R99(ctx, data); err != nil {
		return err
	}
	return nil
}
