package bridgetest_test

import (
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/signalgen/signalgen/bridge"
	. "github.com/signalgen/signalgen/bridge/bridgetest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func ids(_ testing.TB, of bridge.Transport, typ, group string) (ids []string) {
	for _, letter := range of.(*Transport).DeadLetters(typ, group) {
		ids = append(ids, letter.Envelope.ID)
	}
	return ids
}

func replay(_ testing.TB, of bridge.Transport, typ, group string) {
	of.(*Transport).Replay(typ, group)
}

func TestConform(t *testing.T) {
	Conform(t, func(testing.TB) bridge.Transport { return new(Transport) }, Letters(ids, replay))
}

func TestConformWithDelay(t *testing.T) {
	Conform(t, func(testing.TB) bridge.Transport {
		return &Transport{MaxAttempts: 3, Redelivery: time.Millisecond}
	}, Letters(ids, replay), Hold(time.Millisecond))
}
