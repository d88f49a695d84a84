package natsbridge

import (
	"testing"

	"github.com/nats-io/nats.go"

	"github.com/signalgen/signalgen/bridge"
)

func TestStructuredMode(t *testing.T) {
	const head = `{"specversion":"1.0","id":"100 %","source":"/shop","type":"order.placed"`
	for _, test := range []struct {
		name, event string
		header      nats.Header
		data        string
		contentType string
	}{
		{"JSON", head + `,"data": {"ID": 1}}`, nil, `{"ID": 1}`, ""},
		{"a text that is JSON", head + `,"datacontenttype":"application/json","data":"one"}`, nil, `"one"`, "application/json"},
		{"a text that is not", head + `,"datacontenttype":"text/plain","data":"one \u00fc"}`, nil, "one ü", "text/plain"},
		{"bytes", head + `,"datacontenttype":"application/octet-stream","data_base64":"AAEC"}`, nil, "\x00\x01\x02", "application/octet-stream"},
		{"no data", head + `}`, nil, "", ""},
		{"said in a header", " " + head + `,"data":1}`, nats.Header{"Content-Type": {"application/cloudevents+json; charset=utf-8"}}, "1", ""},
	} {
		e, err := parseEnvelope(test.header, []byte(test.event))
		if err != nil {
			t.Errorf("%s: %v", test.name, err)
			continue
		}
		if string(e.Data) != test.data || e.ContentType != test.contentType || e.ID != "100 %" || e.Source != "/shop" || e.Type != "order.placed" {
			t.Errorf("%s: %+v with %q, want %q of %q", test.name, e, e.Data, test.data, test.contentType)
		}
	}
}

func TestStructuredAttributes(t *testing.T) {
	e, err := parseEnvelope(nil, []byte(`{"specversion":"1.0","id":"1","source":"/","type":"t","time":"2024-02-29T23:59:58Z","partitionkey":"k","traceparent":"p","subject":null,"count":3,"ok":true}`))
	if err != nil {
		t.Fatal(err)
	}
	if e.Key != "k" || e.TraceParent != "p" || e.Time.Year() != 2024 || len(e.Extensions) != 2 || e.Extensions["count"] != "3" || e.Extensions["ok"] != "true" {
		t.Errorf("%+v", e)
	}
}

func TestNotStructured(t *testing.T) {
	binary := nats.Header{"ce-specversion": {"1.0"}, "ce-id": {"1"}, "ce-source": {"/"}, "ce-type": {"t"}}
	const event = `{"specversion":"1.0","id":"2","source":"/","type":"t"}`
	if e, err := parseEnvelope(binary, []byte(event)); err != nil || e.ID != "1" || string(e.Data) != event {
		t.Errorf("an event about an event: %+v, %v", e, err)
	}
	for _, event := range []string{
		`{"specversion":"1.0","id":"1","source":"/"}`,
		`{"specversion":"0.3","id":"1","source":"/","type":"t"}`,
		`{"specversion":"1.0","id":"1","source":"/","type":"t","time":"noon"}`,
		`{"specversion":"1.0","id":"1","source":"/","type":"t","data_base64":"?"}`,
		`{"id":"1"}`, `{"specversion":`, `[]`, ``, `data`,
	} {
		if e, err := parseEnvelope(nil, []byte(event)); !bridge.IsPoison(err) {
			t.Errorf("%s: %+v, %v, want poison", event, e, err)
		}
	}
}
