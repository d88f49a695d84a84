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
	Heartbeat time.Duration `json:"idle_heartbeat,omitempty"`

	// Of a group that is served in order: see Ordered.
	Group string `json:"group,omitempty"`
	Pin   string `json:"id,omitempty"`
}

// ask requests as many messages as there is room for: once a quarter is free, or
// when there is nothing to do. mu is held.
func (s *subscription) ask() {
	most := s.settings.prefetch
	room := most - len(s.held) - s.wanted
	idle := !s.handing && s.wanted == 0 && len(s.msgs) == 0
	if s.closed || s.refused != "" || room <= 0 || room < most/4 && !idle {
		return
	}
	if s.request(s.sub.Subject, pullRequest{Batch: room, Expires: pullExpires, Heartbeat: heartbeat}) == nil {
		s.wanted += room
		s.heard = time.Now()
	}
}

// request sends a request, which is answered at the subject reply. mu is held.
func (s *subscription) request(reply string, r pullRequest) error {
	if s.settings.ordered {
		r.Group, r.Pin = priorityGroup, s.pin
	}
	data, err := json.Marshal(r)
	if err != nil {
		panic(err) // numbers and text
	}
	return s.t.nc.PublishRequest(s.requests, reply, data)
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
// that its time is over (408), that another member is served (423), or that it is
// refused. mu is held.
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
	switch code {
	case "408":
	case "423":
		s.pin = ""
	default:
		s.refused = code + " " + m.Header.Get("Description")
		select {
		case s.refusal <- struct{}{}:
		default:
		}
	}
}

// attend looks after requests that the server does not answer, or has refused.
func (s *subscription) attend(ctx context.Context) {
	s.mu.Lock()
	silent := s.wanted > 0 && time.Since(s.heard) > 3*heartbeat
	refused, closed := s.refused, s.closed
	s.mu.Unlock()
	switch {
	case closed || !s.t.nc.IsConnected():
		return
	case refused != "":
		err := within(ctx, patience, s.revive)
		s.note(refused, err)
		if err == nil {
			s.askAgain()
		}
	case silent:
		s.settings.logger().Warn("nats bridge: no heartbeat", "signal", s.typ, "group", s.group)
		s.t.probe()
		s.askAgain()
	default:
		s.poll(ctx)
	}
}

// note notes whether anything can be received, and logs when that changes.
func (s *subscription) note(refused string, err error) {
	s.mu.Lock()
	was := s.broken
	s.broken = err
	s.mu.Unlock()
	log := s.settings.logger().With("signal", s.typ, "group", s.group)
	switch {
	case err != nil && was == nil:
		log.Error("nats bridge: nothing can be received", "status", refused, "error", err)
	case err == nil && was != nil:
		log.Info("nats bridge: receiving again")
	}
}

// poll asks how far the group is, if anything has arrived since it last did: a consumer
// that is removed takes that with it.
func (s *subscription) poll(ctx context.Context) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.polling || s.polled == s.last && s.floor >= s.last {
		return
	}
	s.polling = true
	last, born := s.last, s.born
	go func() {
		var floor uint64
		err := within(ctx, patience, func(ctx context.Context) error {
			consumer, err := s.t.js.Consumer(ctx, s.settings.stream, consumerName(s.group, s.typ))
			if err == nil {
				floor = consumer.CachedInfo().AckFloor.Stream
			}
			return err
		})
		s.mu.Lock()
		defer s.mu.Unlock()
		s.polling = false
		if err == nil && s.born.Equal(born) { // an error is found out by a request for messages too
			s.floor, s.polled = max(s.floor, floor), last
		}
	}()
}

// revive makes the consumer anew if the server has none any more: somebody has removed
// it, or the server keeps its streams in memory and has been started again. It begins
// behind what the group had settled without a gap, so what was settled since it was last
// polled comes twice, and nothing is missing. In a stream that is another one by now it
// begins with the first.
func (s *subscription) revive(ctx context.Context) error {
	if err := s.t.ensureStreams(ctx); err != nil {
		return err
	}
	stream, err := s.stream(ctx)
	if err != nil {
		return err
	}
	s.mu.Lock()
	if !stream.Created.Equal(s.born) {
		s.born, s.floor, s.last = stream.Created, 0, 0
	}
	from := s.floor + 1
	s.mu.Unlock()
	consumer, err := s.ensureConsumer(ctx, stream, from)
	if err != nil {
		return err
	}
	s.found(stream, consumer)
	return nil
}
