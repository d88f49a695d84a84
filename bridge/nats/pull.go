package natsbridge

import (
	"context"
	"encoding/json"
	"strconv"
	"time"

	"github.com/nats-io/nats.go"
)

const (
	pullExpires = 30 * time.Second
	heartbeat   = 2 * time.Second
)

// A pullRequest asks the server for messages.
type pullRequest struct {
	Batch     int           `json:"batch"`
	Expires   time.Duration `json:"expires"`
	Heartbeat time.Duration `json:"idle_heartbeat"`
}

// ask requests as many messages as there is room for: once a quarter is free, or
// when there is nothing to do. mu is held.
func (s *subscription) ask() {
	most := s.t.settings.prefetch
	room := most - len(s.held) - s.wanted
	idle := !s.handing && s.wanted == 0 && len(s.msgs) == 0
	if s.closed || s.refused != "" || room <= 0 || room < most/4 && !idle {
		return
	}
	request, err := json.Marshal(pullRequest{room, pullExpires, heartbeat})
	if err != nil {
		panic(err) // three numbers
	}
	if s.t.nc.PublishRequest(s.requests, s.sub.Subject, request) == nil {
		s.wanted += room
		s.heard = time.Now()
	}
}

// askAgain requests anew what may have been asked of a server that does not know
// of it any more.
func (s *subscription) askAgain() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.wanted, s.refused = 0, ""
	s.ask()
}

// status notes what the server says about a request: that it is at work (100),
// that its time is over (408), or that it is refused. mu is held.
func (s *subscription) status(m *nats.Msg) {
	code := m.Header.Get("Status")
	if code == "100" {
		return
	}
	left, err := strconv.Atoi(m.Header.Get("Nats-Pending-Messages"))
	if err != nil {
		left = s.wanted // it does not say: all of it
	}
	s.wanted = max(0, s.wanted-left)
	if code != "408" {
		s.refused = code + " " + m.Header.Get("Description")
	}
}

// attend looks after requests that the server does not answer, or has refused.
func (s *subscription) attend(ctx context.Context) {
	s.mu.Lock()
	silent := s.wanted > 0 && time.Since(s.heard) > 3*heartbeat
	refused, last, closed := s.refused, s.last, s.closed
	s.mu.Unlock()
	switch {
	case closed || !s.t.nc.IsConnected():
		return
	case refused != "":
		if err := within(ctx, firstPatience, func(ctx context.Context) error { return s.revive(ctx, last) }); err != nil {
			s.t.settings.logger().Error("nats bridge: nothing can be received", "signal", s.typ, "group", s.group, "status", refused, "error", err)
			return
		}
		s.askAgain()
	case silent:
		s.askAgain()
	}
}

// revive makes the consumer anew if the server has none any more, as one that
// keeps its streams in memory and has been started again. It begins behind the
// last message that has arrived here, if the stream is still the same.
func (s *subscription) revive(ctx context.Context, last uint64) error {
	if err := s.t.ensureStreams(ctx); err != nil {
		return err
	}
	stream, err := s.t.js.Stream(ctx, s.t.settings.stream)
	if err != nil {
		return err
	}
	if born := stream.CachedInfo().Created; !born.Equal(s.born) {
		s.born, last = born, 0
	}
	_, err = s.t.ensureConsumer(ctx, s.typ, s.group, last+1)
	return err
}
