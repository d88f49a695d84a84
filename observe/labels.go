package observe

import (
	"context"
	"runtime/pprof"

	"github.com/signalgen/signalgen/runtime"
)

// Labels returns an observer that shows in profiles which receiver of which signal
// takes the time. It sets the pprof labels "signal" and "receiver", whose values are
// the names, on the goroutines of async receivers when they start. Set the observer
// before the first send. It costs sends and calls nothing. [LabelAll] labels the other
// receivers too.
func Labels(opts ...LabelsOption) *runtime.Observer {
	o := &runtime.Observer{WorkerStart: func(s runtime.AnySignal, r runtime.ReceiverInfo) {
		pprof.SetGoroutineLabels(labelled(context.Background(), s, r))
	}}
	for _, opt := range opts {
		opt(o)
	}
	return o
}

// A LabelsOption changes what [Labels] labels.
type LabelsOption func(*runtime.Observer)

// LabelAll also labels receivers that run in the goroutine of the send, and the ctx
// that they get. The labels of the sender's ctx are kept, and restored after the call.
// Each call costs some allocations.
func LabelAll() LabelsOption {
	return func(o *runtime.Observer) {
		o.ReceiveStart, o.ReceiveDone = label, unlabel
	}
}

// senderOf is the key of the sender's ctx in that of a call.
type senderOf struct{}

func label(ctx context.Context, s runtime.SendInfo, r runtime.ReceiverInfo) context.Context {
	if s.Mode == runtime.Queued {
		return ctx // WorkerStart has set the labels of this goroutine
	}
	sender := orBackground(ctx)
	ctx = context.WithValue(labelled(sender, s.Signal, r), senderOf{}, sender)
	pprof.SetGoroutineLabels(ctx)
	return ctx
}

func unlabel(ctx context.Context, s runtime.SendInfo, _ runtime.ReceiverInfo, _ error) {
	if s.Mode == runtime.Queued {
		return
	}
	if sender, ok := ctx.Value(senderOf{}).(context.Context); ok {
		pprof.SetGoroutineLabels(sender)
	}
}

// labelled returns ctx with the labels of a receiver.
func labelled(ctx context.Context, s runtime.AnySignal, r runtime.ReceiverInfo) context.Context {
	return pprof.WithLabels(ctx, pprof.Labels("signal", s.Name(), "receiver", r.Name))
}
