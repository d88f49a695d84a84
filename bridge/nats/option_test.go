package natsbridge

import (
	"slices"
	"testing"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/signalgen/signalgen/bridge"
)

func TestNonsenseIsReplacedAsDocumented(t *testing.T) {
	got := settingsOf([]Option{AckWait(-1), MaxAckPending(-3), MaxDeliver(0), Prefetch(-3), Backoff(), MaxBytes(-1)})
	c := (&subscription{settings: got}).newConsumer(jetstream.StreamConfig{}, 0)
	if c.AckWait != defaultAckWait || c.MaxAckPending != defaultMaxAckPending || got.maxDeliver != 1 || got.prefetch != 1 ||
		!slices.Equal(got.backoff, bridge.DefaultBackoff()) || got.limits.MaxBytes != 0 {
		t.Errorf("%v, %d, %+v", c.AckWait, c.MaxAckPending, got)
	}
}

func TestOptionsOfASubscriptionCountFirst(t *testing.T) {
	s := settingsOf([]Option{AckWait(time.Second), MaxDeliver(2), Backoff(time.Second)})
	if own := s.with(bridge.SubscribeOptions{}); own.ackWait != time.Second || own.maxDeliver != 2 || own.pause(9) != time.Second || own.fromNow || own.broadcast {
		t.Errorf("%+v", own)
	}
	own := s.with(bridge.SubscribeOptions{FromNow: true, Broadcast: true, AckWait: time.Minute, MaxDeliver: 7, Backoff: []time.Duration{time.Minute, time.Hour}})
	if own.ackWait != time.Minute || own.maxDeliver != 7 || own.pause(1) != time.Minute || own.pause(2) != time.Hour || own.pause(3) != time.Hour || !own.fromNow || !own.broadcast {
		t.Errorf("%+v", own)
	}
}
