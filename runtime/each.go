package runtime

import "context"

// each is one loop over an iterator of [Kind.Each]. All receivers store their values in
// slot 0, since the loop sees only one at a time.
func (k *Kind) each(ctx context.Context, s *Signal, args any, slots slots, yield func(ReceiverInfo, error) bool) {
	send := sending{info: SendInfo{Signal: s, Mode: Lazy}, kind: k, args: args}
	ctx, err := send.begin(ctx, s, k.all(s, args))
	if err != nil {
		yield(failedBeforeReceivers(err))
		return
	}
	send.slots = slots
	finished := false
	defer func() { send.end(ctx, finished, nil) }()
	for _, conn := range send.receivers {
		responded, err := send.receive(ctx, conn, 0)
		if isStop(err) {
			break
		}
		if err != nil {
			conn.notifyFailed(conn.info(), err)
		}
		if (responded || err != nil) && !yield(conn.info(), err) {
			break
		}
	}
	finished = true
}
