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

// firstStreams is ensureStreams for a new transport. If the server says that it has no
// JetStream, the error is permanent.
func (t *Transport) firstStreams(ctx context.Context) error {
	err := t.ensureStreams(ctx)
	if has, _ := t.nc.ConnectedServerJetStream(); !has && errors.Is(err, nats.ErrNoResponders) && t.nc.IsConnected() {
		return &permanentError{fmt.Errorf("the server has no JetStream: %w", err)}
	}
	return err
}

// ensureStreams creates the streams that do not exist.
func (t *Transport) ensureStreams(ctx context.Context) error {
	s := &t.settings
	signals := s.limits
	signals.Name = s.stream
	signals.Description = "signals between processes"
	signals.Subjects = []string{s.prefix + ".>", s.retryPrefix() + ".>"}
	signals.MaxAge = s.maxAge
	signals.Duplicates = s.window()
	// For retries. Servers before 2.12 ignore it, and no server allows it with the other
	// policies.
	signals.AllowMsgSchedules = signals.Discard == jetstream.DiscardOld && signals.Retention == jetstream.LimitsPolicy
	if err := t.ensureStream(ctx, signals); err != nil {
		return err
	}
	return t.ensureStream(ctx, jetstream.StreamConfig{
		Name:        s.dead,
		Description: "signals that a group of receivers has failed to handle",
		Subjects:    []string{s.deadPrefix() + ".>"},
		Duplicates:  s.dedupe,
		Compression: s.limits.Compression,
	})
}

// window returns the dedupe window, which the server limits to the age.
func (s *settings) window() time.Duration {
	if s.maxAge > 0 {
		return min(s.dedupe, s.maxAge)
	}
	return s.dedupe
}

// ensureStream creates a stream unless one with its name exists, which then must have the
// first of the subjects and stays as it is.
func (t *Transport) ensureStream(ctx context.Context, want jetstream.StreamConfig) error {
	want.Replicas = t.settings.replicas
	want.AllowDirect = true
	if t.settings.memory {
		want.Storage = jetstream.MemoryStorage
	}
	found, err := t.js.Stream(ctx, want.Name)
	if errors.Is(err, jetstream.ErrStreamNotFound) {
		found, err = t.js.CreateStream(ctx, want)
		if errors.Is(err, jetstream.ErrStreamNameAlreadyInUse) { // by another process
			found, err = t.js.Stream(ctx, want.Name)
		}
	}
	if err != nil {
		return fmt.Errorf("stream %s: %w", want.Name, err)
	}
	return checkSubjects(found.CachedInfo().Config, want.Subjects[0])
}

// checkSubjects returns an error if a stream has neither the subjects nor some under the
// same prefix.
func checkSubjects(found jetstream.StreamConfig, subjects string) error {
	prefix := strings.TrimSuffix(subjects, ">")
	if slices.ContainsFunc(found.Subjects, func(s string) bool { return s == subjects || s == ">" }) {
		return nil
	}
	if slices.ContainsFunc(found.Subjects, func(s string) bool { return strings.HasPrefix(s, prefix) }) {
		return nil // an operator has chosen the signals of the stream
	}
	return fmt.Errorf("stream %s has the subjects %q, want %q among them", found.Name, found.Subjects, subjects)
}

// An inquiry ensures the streams in the background, once for all senders whose publishes
// no stream answers. They do not wait for it: usually a stream without a leader has a new
// one before the inquiry ends.
type inquiry struct {
	mu      sync.Mutex // guards what follows
	running bool
	began   time.Time // when the latest began
	err     error     // the result of the latest that has ended, if it is not temporary
}

// begin begins an inquiry unless one is running. It returns the error of the latest that
// began after since, if it is not temporary.
func (q *inquiry) begin(t *Transport, since time.Time) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.running {
		return nil
	}
	if q.err != nil && q.began.After(since) {
		return q.err
	}
	q.running, q.began, q.err = true, time.Now(), nil
	go func() {
		err := within(context.Background(), answerTimeout, t.ensureStreams)
		q.mu.Lock()
		defer q.mu.Unlock()
		q.running = false
		if err != nil && !isTemporary(err) {
			q.err = err
		}
	}()
	return nil
}

// A permanentError is an error that is not temporary, whatever it wraps.
type permanentError struct{ error }

func (e *permanentError) Unwrap() error { return e.error }
