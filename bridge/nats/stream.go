package natsbridge

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// firstStreams is ensureStreams for a transport that is about to be made. It has no
// patience with a server that says it has no JetStream.
func (t *Transport) firstStreams(ctx context.Context) error {
	err := t.ensureStreams(ctx)
	if has, _ := t.nc.ConnectedServerJetStream(); !has && errors.Is(err, nats.ErrNoResponders) && t.nc.IsConnected() {
		return &lastingError{fmt.Errorf("the server has no JetStream: %w", err)}
	}
	return err
}

// ensureStreams makes the streams that do not exist.
func (t *Transport) ensureStreams(ctx context.Context) error {
	s := &t.settings
	signals := s.limits
	signals.Name = s.stream
	signals.Description = "signals on their way between processes"
	signals.Subjects = []string{s.prefix + ".>", s.retryPrefix() + ".>"}
	signals.MaxAge = s.maxAge
	signals.Duplicates = s.window()
	// For what has failed. A server before 2.12 does not know it, and no server has it
	// beside the other policies.
	signals.AllowMsgSchedules = signals.Discard == jetstream.DiscardOld && signals.Retention == jetstream.LimitsPolicy
	if err := t.ensureStream(ctx, signals); err != nil {
		return err
	}
	return t.ensureStream(ctx, jetstream.StreamConfig{
		Name:        s.dead,
		Description: "signals that a group of receivers could not take",
		Subjects:    []string{s.deadPrefix() + ".>"},
		Duplicates:  s.dedupe,
		Compression: s.limits.Compression,
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
// to whoever has made it and must only hold the first of the subjects.
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
	if err != nil {
		return fmt.Errorf("stream %s: %w", want.Name, err)
	}
	return holds(found.CachedInfo().Config, want.Subjects[0])
}

// holds returns an error if a stream does not take all the subjects that the transport
// uses.
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

// An inquiry makes sure of the streams on behalf of all senders that find nobody who
// takes what they publish. They do not wait for it: as a rule a stream that has lost
// its leader is back before anything can be said about it.
type inquiry struct {
	mu      sync.Mutex // guards what follows
	running bool
	began   time.Time // when the latest began
	wrong   error     // what the latest that has ended found, if it lasts
}

// begin begins an inquiry unless one is running. It returns what the latest has found
// that began after since, if that does not pass.
func (q *inquiry) begin(t *Transport, since time.Time) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.running {
		return nil
	}
	if q.wrong != nil && q.began.After(since) {
		return q.wrong
	}
	q.running, q.began, q.wrong = true, time.Now(), nil
	go func() {
		err := within(context.Background(), patience, t.ensureStreams)
		q.mu.Lock()
		defer q.mu.Unlock()
		q.running = false
		if err != nil && !passes(err) {
			q.wrong = err
		}
	}()
	return nil
}

// A lastingError is an error that waiting does not mend, whatever it wraps.
type lastingError struct{ error }

func (e *lastingError) Unwrap() error { return e.error }
