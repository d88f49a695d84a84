package natsbridge

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// ensureStreams makes the streams that do not exist.
func (t *Transport) ensureStreams(ctx context.Context) error {
	s := &t.settings
	err := t.ensureStream(ctx, jetstream.StreamConfig{
		Name:        s.stream,
		Description: "signals on their way between processes",
		Subjects:    []string{s.prefix + ".>"},
		MaxAge:      s.maxAge,
		Duplicates:  s.window(),
	})
	if err != nil {
		return err
	}
	return t.ensureStream(ctx, jetstream.StreamConfig{
		Name:        s.dead,
		Description: "signals that a group of receivers could not take",
		Subjects:    []string{s.deadPrefix() + ".>"},
		Duplicates:  s.dedupe,
	})
}

// window is the stream's own for ids: the server takes none over the age.
func (s *settings) window() time.Duration {
	if s.maxAge > 0 {
		return min(s.dedupe, s.maxAge)
	}
	return s.dedupe
}

// ensureStream makes a stream unless there is one of its name, which then belongs
// to whoever has made it and must only hold the subjects.
func (t *Transport) ensureStream(ctx context.Context, want jetstream.StreamConfig) error {
	want.Replicas = t.settings.replicas
	want.AllowDirect = true
	if t.settings.memory {
		want.Storage = jetstream.MemoryStorage
	}
	found, err := t.js.Stream(ctx, want.Name)
	if errors.Is(err, jetstream.ErrStreamNotFound) {
		found, err = t.js.CreateStream(ctx, want)
		if errors.Is(err, jetstream.ErrStreamNameAlreadyInUse) { // another process was faster
			found, err = t.js.Stream(ctx, want.Name)
		}
	}
	if errors.Is(err, nats.ErrNoResponders) {
		return fmt.Errorf("stream %s: the server has no JetStream, or is about to start it: %w", want.Name, err)
	}
	if err != nil {
		return fmt.Errorf("stream %s: %w", want.Name, err)
	}
	return holds(found.CachedInfo().Config, want.Subjects[0])
}

// holds looks whether a stream takes all the subjects that the transport uses.
func holds(found jetstream.StreamConfig, subjects string) error {
	prefix := strings.TrimSuffix(subjects, ">")
	if slices.ContainsFunc(found.Subjects, func(s string) bool { return s == subjects || s == ">" }) {
		return nil
	}
	if slices.ContainsFunc(found.Subjects, func(s string) bool { return strings.HasPrefix(s, prefix) }) {
		return nil // an operator has chosen which signals the stream takes
	}
	return fmt.Errorf("stream %s has the subjects %q, want %q among them", found.Name, found.Subjects, subjects)
}
