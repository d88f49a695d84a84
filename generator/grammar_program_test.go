package generator_test

import (
	"fmt"
	"strings"
	"text/template"
)

// useTemplate is a test of one signal. Packages declare none of its variables' names.
var useTemplate = template.Must(template.New("use").Parse(`
type ownerUse{{.N}} struct{ receive func({{.Params}}) {{.Results}} }

func (o *ownerUse{{.N}}) Hear({{.Params}}) {{.Results}} { {{.Return}}o.receive({{.Passed}}) }

func TestUse{{.N}}(t *{{.Use "testing"}}T) {
	background := {{.Use "context"}}Background()
	var heard {{.Use "sync/atomic"}}Int64
{{- range $i, $v := .Values}}
	var {{$v}} {{$.Type $i "[]"}} = {{$.Value $i}}
{{- end}}
{{- if .HasValue}}
	var result {{.ResultType}} = {{.Result}}
{{- end}}
	tested := {{.Default}}
	hear := func({{.Heard}}) {{.Results}} {
		heard.Add(1)
		checkSame(t, hctx, background)
{{- range $i, $v := .Values}}
		checkSame(t, h{{$i}}, {{$v}})
{{- end}}
		{{.Returned "nil"}}
	}
	checkName(t, tested, {{printf "%q" .Name}}, {{printf "%q" .Sentence}})

	// As a receiver, once and for all.
	{{.Sends (.Connect "Send-") 0}}
	first := {{.Connect "Connect-"}}(hear)
	{{.Sends (.Connect "Send-") 1}}
	second := {{.Connect "Connect-"}}(hear, {{.Runtime}}Once(), {{.Runtime}}Priority(1), {{.Runtime}}Name("second"))
	{{.Sends "tested.Send" 2}}
	{{.Sends "tested.Send" 1}}
	checkSame(t, second.Connected(), false)

	// In all ways.
	{{.SendsAll "tested.SendRobust" 1}}
	{{.SendsAll "tested.SendConcurrent" 1}}
{{- if .HasValue}}
	for response := range tested.Each({{.Passed}}) {
		checkNil(t, response.Err)
		checkSame(t, response.Value, result)
	}
{{- else}}
	for info, err := range tested.Each({{.Passed}}) {
		checkNil(t, err)
		checkSame(t, info.Line > 0, true)
	}
{{- end}}
	checkSame(t, heard.Swap(0), int64(1))
	unmute := tested.Mute()
	{{.Sends "tested.Send" 0}}
	unmute()

	// What a send carries.
	want := []any{ {{- range .Values}}{{.}}, {{end -}} }
	stream := tested.Events(background, 2)
	{{.Sends "tested.Send" 1}}
	for args := range stream.All() {
		checkArgs(t, args, want, {{.IsPayload}})
		{{- if .HasSender}}
		sender, _ := {{.Runtime}}SenderOf(tested, &args)
		checkSame(t, sender, {{.SenderOf "v0"}})
		{{- end}}
		break
	}
	stream.Close()
	recorder := {{.Use "github.com/signalgen/signalgen/signaltest"}}Record[{{.ArgsType}}](t)
	recorder.Heard()
{{- if not .CarriesNil}}
	tap := recorder.Listen(tested)
	{{.Sends "tested.Send" 1}}
	checkArgs(t, recorder.Wait(1)[0], want, {{.IsPayload}})
	tap.Disconnect()
{{- end}}
	checkSame(t, first.Disconnect(), true)
	tested.DisconnectAll()
{{- if .IsPayload}}
	recorder.Reset()
	recorder.On({{.Connect "Connect-"}})
	checkNil(t, tested.Send({{.Passed}}))
	checkArgs(t, recorder.Wait(1)[0], want, true)
	tested.DisconnectAll()
{{- end}}
	{{.Sends "tested.Send" 0}}
	checkSame(t, tested.HasReceivers(), false)

{{- if not .IsGeneric}}

	// Weakly.
	heldOwner := &ownerUse{{.N}}{hear}
	{{.Func "Connect-Weak"}}(heldOwner, (*ownerUse{{.N}}).Hear)
	{{.Sends (.Func "Send-") 1}}
	{{.Func "Connect-WeakOn"}}(tested, heldOwner, (*ownerUse{{.N}}).Hear, {{.Runtime}}ID("weak"))
	{{.Sends "tested.Send" 2}}
	checkSame(t, tested.Disconnect("weak"), true)
	{{.SendsAll "tested.SendRobust" 1}}
	{{.Use "runtime"}}KeepAlive(heldOwner)
	tested.DisconnectAll()
{{- end}}

{{- if .Fails}}

	// Failing.
	failure := {{.Use "errors"}}New("failure")
	failing := tested.Connect(func({{.Heard}}) {{.Results}} { {{.Returned "failure"}} })
	tested.Connect(hear)
	{
		{{.SendError (.Connect "Send-")}}
		checkFailure(t, err, failure, {{printf "%q" .Name}})
		checkSame(t, heard.Swap(0), int64(0))
	}
	{
		{{.SendError "tested.SendRobust"}}
		checkFailure(t, err, failure, {{printf "%q" .Name}})
		checkSame(t, heard.Swap(0), int64(1))
	}
	checkSame(t, failing.Disconnect(), true)
	tested.DisconnectAll()
{{- end}}


	// Disconnecting the next one.
	var next *{{.Runtime}}Connection
	tested.Connect(func({{.Heard}}) {{.Results}} {
		next.Disconnect()
		{{.Returned "nil"}}
	})
	next = tested.Connect(hear)
	{{.Checks "tested.Send" 1}}
	next = tested.Connect(hear)
	{{.ChecksAll "tested.SendRobust" 1}}
	checkSame(t, heard.Swap(0), int64(0))
	tested.DisconnectAll()

{{- if .Chains}}

	// To another signal.
	var linked {{.SignalType}}
	linked.Connect(hear)
	tested.Connect(linked.Send)
	{{.Sends "tested.Send" 1}}
	tested.DisconnectAll()
{{- end}}

{{- if .HasSender}}

	// Of one sender.
	var other {{.Type 0 "[]"}} = {{.Other}}
	fromOne := {{if .IsGeneric}}tested.ConnectFrom{{else}}{{.Func "Connect-From"}}{{end}}({{.SenderOf "v0"}}, hear)
	tested.ConnectFrom({{.SenderOf "other"}}, hear, {{.Runtime}}Once())
	{{.Sends "tested.Send" 1}}
	checkSame(t, tested.HasReceiversFrom({{.SenderOf "other"}}), true)
	checkSame(t, fromOne.Disconnect(), true)
	tested.DisconnectAll()
	tested.ConnectFrom({{.SenderOf "other"}}, hear)
	{{.Sends "tested.Send" 0}}
	checkSame(t, tested.HasReceiversFrom({{.SenderOf "v0"}}), false)
	tested.DisconnectAll()
{{- end}}

{{- if .InSet}}

	// On a set of its own.
	var set {{.Set}}
	set.{{.Field}}.Connect(hear)
	{{.Sends "tested.Send" 0}}
	{{.Sends (print "set." .Field ".Send") 1}}
	checkNil(t, set.Close(background))
{{- if .Fails}}
	{
		{{.SendError (print "set." .Field ".Send")}}
		checkSame(t, {{.Use "errors"}}Is(err, {{.Runtime}}ErrClosed), true)
	}
{{- end}}
{{- end}}

	// By whoever waits.
	done := make(chan error)
	go func() {
		args, err := tested.Next(background)
		checkArgs(t, args, want, {{.IsPayload}})
		done <- err
	}()
	for !tested.HasReceivers() {
		{{.Use "runtime"}}Gosched()
	}
	{{.Sends "tested.Send" 0}}
	checkNil(t, <-done)
}
`))

// supportNames are what every package of tests declares for the tests of its signals.
const supportNames = "pointerTo checkSame checkNil checkValues checkValuesError checkResponses checkResponsesError checkArgs checkFailure checkName"

// supportFile makes the file with the funcs that the tests call.
func (p *goPackage) supportFile() *goFile {
	f := p.testFile(fmt.Sprintf("support_%s_test.go", side(p.inner != nil)), condition{})
	f.decls = append(f.decls, func() string {
		return strings.NewReplacer("TESTING", f.use("testing"), "REFLECT", f.use("reflect"), "ERRORS", f.use("errors"),
			"STRINGS", f.use("strings"), "RUNTIME", f.use(runtimePath)).Replace(support)
	})
	return f
}

const support = `
func pointerTo[T any](value T) *T { return &value }

func checkSame(t *TESTINGT, got, want any) {
	t.Helper()
	if a, b := REFLECTValueOf(got), REFLECTValueOf(want); a.Kind() == REFLECTFunc && b.Kind() == REFLECTFunc && a.Pointer() == b.Pointer() {
		return
	}
	if !REFLECTDeepEqual(got, want) {
		t.Errorf("got %#v, want %#v", got, want)
	}
}

func checkNil(t *TESTINGT, err error) {
	t.Helper()
	if err != nil {
		t.Errorf("got the error %v", err)
	}
}

func checkValues[R any](t *TESTINGT, got []R, want R, n int) {
	t.Helper()
	checkSame(t, len(got), n)
	for _, value := range got {
		checkSame(t, value, want)
	}
}

func checkValuesError[R any](t *TESTINGT, want R, n int) func([]R, error) {
	return func(got []R, err error) {
		t.Helper()
		checkNil(t, err)
		checkValues(t, got, want, n)
	}
}

func checkResponsesError[R any](t *TESTINGT, want R, n int) func([]RUNTIMEResponse[R], error) {
	return func(got []RUNTIMEResponse[R], err error) {
		t.Helper()
		checkNil(t, err)
		checkSame(t, len(got), n)
		for _, response := range got {
			checkNil(t, response.Err)
			checkSame(t, response.Value, want)
		}
	}
}

func checkArgs(t *TESTINGT, args any, want []any, isPayload bool) {
	t.Helper()
	if isPayload {
		checkSame(t, args, want[0])
		return
	}
	fields := REFLECTValueOf(args)
	checkSame(t, fields.NumField(), len(want))
	for i := range fields.NumField() {
		checkSame(t, fields.Field(i).Interface(), want[i])
	}
}

func checkFailure(t *TESTINGT, err, want error, name string) {
	t.Helper()
	var failed *RUNTIMEReceiverError
	if !ERRORSIs(err, want) || !ERRORSAs(err, &failed) || failed.Signal != name {
		t.Errorf("got the error %v, want %v of signal %s", err, want, name)
	}
}

func checkName(t *TESTINGT, sig RUNTIMEAnySignal, name, doc string) {
	t.Helper()
	checkSame(t, sig.Name(), name)
	if !STRINGSContains(sig.Doc(), doc) {
		t.Errorf("the doc is %q, want %q in it", sig.Doc(), doc)
	}
}
`
