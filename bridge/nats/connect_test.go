package natsbridge

import "testing"

func TestRedacted(t *testing.T) {
	for url, want := range map[string]string{
		"nats://localhost:4222":                    "nats://localhost:4222",
		"nats://shop:secret@localhost:4222":        "nats://xxxxx@localhost:4222",
		"tls://token@a:1, nats://b:2,shop:p@w@c:3": "tls://xxxxx@a:1, nats://b:2,xxxxx@c:3",
		"": "",
	} {
		if got := redacted(url); got != want {
			t.Errorf("%q becomes %q, want %q", url, got, want)
		}
	}
}
