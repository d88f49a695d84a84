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

// A pullRequest requests messages from the server.
type pullRequest struct {
	Batch     int           `json:"batch"`
	Expires   time.Duration `json:"expires"`
	Heartbeat time.Duration `json:"idle_heartbeat,omitempty"`

	// For ordered groups; see ordered.go.
	Group string `json:"group,omitempty"`
	Pin   string `json:"id,omitempty"`
}

// pull requests as many messages as there is room for, once a quarter of the room is free
// or there is nothing to do. mu is held.
func (s *subscription) pull() {
	most := s.settings.prefetch
	room := most - len(s.held) - s.requested
	idle := !s.handling && s.requested == 0 && len(s.msgs) == 0
	if room <= 0 || room < most/4 && !idle || s.isStandby() {
		return
	}
	s.request(room)
}

// request requests n messages, whether there is room for them or not. mu is held.
func (s *subscription) request(n int) {
	if s.closed || s.rejection != "" {
		return
	}
	if s.send(pullRequest{Batch: n, Expires: pullExpires, Heartbeat: heartbeat}) == nil {
		s.requested += n
		s.heard = time.Now()
	}
}

// send sends a request. mu is held.
func (s *subscription) send(r pullRequest) error {
	if s.settings.ordered {
		r.Group, r.Pin = priorityGroup, s.pin
	}
	data, err := json.Marshal(r)
	if err != nil {
		panic(err) // numbers and text
	}
	return s.t.nc.PublishRequest(s.requests, s.sub.Subject, data)
}

// pullAgain repeats requests that the server may not know.
func (s *subscription) pullAgain() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requested, s.rejection = 0, ""
	s.pull()
}

// receiveStatus handles a status message: a heartbeat (100), a request that has expired
// (408), a pin of another member (423), or a request that is rejected. mu is held.
func (s *subscription) receiveStatus(m *nats.Msg) {
	code := m.Header.Get("Status")
	switch code {
	case "100":
		return
	case "423":
		s.losePin()
		return
	}
	left, err := strconv.Atoi(m.Header.Get("Nats-Pending-Messages"))
	if err != nil {
		left = s.requested // it does not say: all of it
	}
	s.requested = max(0, s.requested-left)
	description := m.Header.Get("Description")
	if code == "408" || description == "Leadership Change" || description == "Server Shutdown" {
		return // another request will do
	}
	s.rejection = code + " " + description
	select {
	case s.rejected <- struct{}{}:
	default:
	}
}

// check looks into requests that the server does not answer or has rejected.
func (s *subscription) check(ctx context.Context) {
	s.mu.Lock()
	silent := s.requested > 0 && time.Since(s.heard) > 3*heartbeat
	rejection, closed := s.rejection, s.closed
	s.mu.Unlock()
	switch {
	case closed || !s.t.nc.IsConnected():
		return
	case rejection != "":
		err := within(ctx, answerTimeout, s.recreate)
		if ctx.Err() != nil || s.t.nc.IsClosed() {
			return // the subscription ends
		}
		s.setBroken(rejection, err)
		if err == nil {
			s.pullAgain()
		}
	case silent:
		s.settings.logger().Warn("nats bridge: no heartbeat", "signal", s.typ, "group", s.group)
		s.t.probe()
		s.pullAgain()
	default:
		s.poll(ctx)
	}
}

// setBroken notes why nothing can be received, nil if it can, and logs changes.
func (s *subscription) setBroken(rejection string, err error) {
	s.mu.Lock()
	was := s.broken
	s.broken = err
	s.mu.Unlock()
	log := s.settings.logger().With("signal", s.typ, "group", s.group)
	switch {
	case err != nil && was == nil:
		log.Error("nats bridge: nothing can be received", "status", rejection, "error", err)
	case err == nil && was != nil:
		log.Info("nats bridge: receiving again")
	}
}

// poll requests the ack floor of the group in the background, if anything has been
// received since the last time: if the consumer is removed, the server no longer knows it.
func (s *subscription) poll(ctx context.Context) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.polling || s.polled == s.last && s.floor >= s.last {
		return
	}
	s.polling = true
	last, created := s.last, s.created
	go func() {
		var floor uint64
		err := within(ctx, answerTimeout, func(ctx context.Context) error {
			consumer, err := s.t.js.Consumer(ctx, s.settings.stream, consumerName(s.group, s.typ))
			if err == nil {
				floor = consumer.CachedInfo().AckFloor.Stream
			}
			return err
		})
		s.mu.Lock()
		defer s.mu.Unlock()
		s.polling = false
		if err == nil && s.created.Equal(created) { // the answer to a pull request tells of an error too
			s.floor, s.polled = max(s.floor, floor), last
		}
	}()
}

// recreate creates the streams and the consumer if the server no longer has them, because
// somebody has removed them or because the server keeps them in memory and was restarted.
// The consumer begins after the last known ack floor: nothing is lost, and what was
// settled since comes again. In a new stream it begins with the first message.
func (s *subscription) recreate(ctx context.Context) error {
	if err := s.t.ensureStreams(ctx); err != nil {
		return err
	}
	stream, err := s.stream(ctx)
	if err != nil {
		return err
	}
	s.mu.Lock()
	if !stream.Created.Equal(s.created) {
		s.created, s.floor, s.last = stream.Created, 0, 0
	}
	from := s.floor + 1
	s.mu.Unlock()
	consumer, err := s.ensureConsumer(ctx, stream, from)
	if err != nil {
		return err
	}
	s.note(stream, consumer)
	return nil
}
