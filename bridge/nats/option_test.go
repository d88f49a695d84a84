package natsbridge

import "testing"

func TestNonsenseIsReplacedAsDocumented(t *testing.T) {
	got := settingsOf([]Option{AckWait(-1), MaxAckPending(-3), MaxDeliver(0), Prefetch(-3)})
	c := (&Transport{settings: got}).newConsumer("order.placed", "mailer", 0)
	if c.AckWait != defaultAckWait || c.MaxAckPending != defaultMaxAckPending || got.maxDeliver != 1 || got.prefetch != 1 {
		t.Errorf("%v, %d, %d, %d", c.AckWait, c.MaxAckPending, got.maxDeliver, got.prefetch)
	}
}
