//go:build unix

package main

import (
	"cmp"
	"context"
	"errors"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

const secret = "the secret of another program"

// forgeLetters publishes dead letters that are made up, and has an operator replay them:
// they delete a stream, publish to the subject of another program, and fetch another
// program's or another signal's message.
func forgeLetters(ctx context.Context, v *victim) (tried, harmed int, err error) {
	if _, err := v.server.JS.CreateStream(ctx, jetstream.StreamConfig{Name: "VICTIM", Subjects: []string{"victim.>"}}); err != nil {
		return 0, 0, err
	}
	published := make(map[string]string) // by stream
	for name, subject := range map[string]string{"VICTIM": "victim.secret", stream: "signals.other.secret"} {
		if published[name], err = v.publishSecret(ctx, name, subject); err != nil {
			return 0, 0, err
		}
	}
	for _, forged := range []map[string]string{
		{"Subject": "$JS.API.STREAM.DELETE.VICTIM"},
		{"Subject": "$JS.API.STREAM.PURGE.VICTIM"},
		{"Subject": "$JS.API.STREAM.DELETE.VICTIM", "Signal": "$JS.API.STREAM.DELETE.VICTIM"},
		{"Subject": "victim.injected"},
		{"Subject": "victim.injected", "Signal": "../victim.injected"},
		{"Stream": "VICTIM", "Cut": "1"},
		{"Stream": "VICTIM", "Sequence": "-1", "Cut": "1"},
		{"Stream": "VICTIM", "Sequence": "18446744073709551615", "Cut": "18446744073709551615"},
		{"Stream": stream, "Cut": "1"},
	} {
		m := nats.NewMsg("signals-dead.crash.trial.order.placed")
		for name, value := range map[string]string{
			"Group": "crash", "Reason": "none", "Attempts": "1", "Stream": stream, "Sequence": "1", "Subject": orderSubject,
			"Signal": "trial.order.placed", "Published": published[cmp.Or(forged["Stream"], stream)], "Cut": "0",
		} {
			m.Header.Set("Signalgen-Dead-"+name, cmp.Or(forged[name], value))
		}
		if _, err := v.attacker.RequestMsg(m, time.Second); err != nil {
			return 0, 0, err
		}
		tried++
	}
	for letter, err := range v.transport.DeadLetters(ctx) {
		if err != nil {
			return 0, 0, err
		}
		replaying, cancel := context.WithTimeout(ctx, time.Second)
		_ = v.transport.Replay(replaying, letter.Sequence) // it should return an error
		cancel()
		n, err := v.harm(ctx)
		if err != nil {
			return 0, 0, err
		}
		harmed += n
	}
	return tried, harmed, nil
}

// publishSecret publishes the secret, and returns the time at which the stream stored it.
func (v *victim) publishSecret(ctx context.Context, stream, subject string) (at string, err error) {
	ack, err := v.server.JS.Publish(ctx, subject, []byte(secret))
	if err != nil {
		return "", err
	}
	s, err := v.server.JS.Stream(ctx, stream)
	if err != nil {
		return "", err
	}
	m, err := s.GetMsg(ctx, ack.Sequence)
	if err != nil {
		return "", err
	}
	return m.Time.UTC().Format(time.RFC3339Nano), nil
}

// harm counts what the replay of a forged dead letter has done, and undoes it.
func (v *victim) harm(ctx context.Context) (n int, err error) {
	other, err := v.server.JS.CreateOrUpdateStream(ctx, jetstream.StreamConfig{Name: "VICTIM", Subjects: []string{"victim.>"}})
	if err != nil {
		return 0, err
	}
	if other.CachedInfo().State.Msgs != 1 {
		n++
		if err := other.Purge(ctx); err != nil {
			return n, err
		}
		if _, err := v.server.JS.Publish(ctx, "victim.secret", []byte(secret)); err != nil {
			return n, err
		}
	}
	own, err := v.server.JS.Stream(ctx, stream)
	if err != nil {
		return n, err
	}
	last, err := own.GetLastMsgForSubject(ctx, orderSubject)
	if err == nil && string(last.Data) == secret {
		n++
		err = own.Purge(ctx, jetstream.WithPurgeSubject(orderSubject))
	}
	if err != nil && !errors.Is(err, jetstream.ErrMsgNotFound) {
		return n, err
	}
	return n, nil
}
