package observe

import (
	"context"
	"runtime/pprof"

	"github.com/signalgen/signalgen/runtime"
)

// Labels returns an observer that has profiles tell which receiver of which signal takes
// the time: the goroutines of async receivers get the pprof labels "signal" and
// "receiver", with their names. They get them as they begin, so set the observer before
// the first send. Sends and calls cost what they did. With [LabelAll], other receivers
// have the labels too.
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

// LabelAll labels receivers that run in a send, too, and the ctx that they get: beside the
// labels that the sender's ctx has, which the goroutine has again afterwards. Each call
// takes some allocations more.
func LabelAll() LabelsOption {
	return func(o *runtime.Observer) {
		o.ReceiveStart, o.ReceiveDone = label, unlabel
	}
}

// senderOf is what the sender's ctx is found by in that of a call.
type senderOf struct{}

func label(ctx context.Context, s runtime.SendInfo, r runtime.ReceiverInfo) context.Context {
	if s.Mode == runtime.Queued {
		return ctx // its goroutine has the labels
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
