package bridge_test

import (
	"maps"
	"reflect"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	. "github.com/signalgen/signalgen/bridge"
)

func TestHeaders(t *testing.T) {
	e := &Envelope{
		ID: "1", Source: "//höst/shop", Type: "shop.placed", Time: time.Date(2024, 2, 29, 1, 2, 3, 450e6, time.UTC),
		ContentType: "text/plain; charset=utf-8", Key: "a \"100 %\"", TraceParent: "00-4b-00-01", TraceState: "v=1",
		Extensions: map[string]string{"tenant": "x", "no name": "y", "": "z", "empty": ""},
	}
	want := map[string]string{
		"ce-specversion":     "1.0",
		"ce-id":              "1",
		"ce-source":          "//h%C3%B6st/shop",
		"ce-type":            "shop.placed",
		"ce-time":            "2024-02-29T01:02:03.45Z",
		"ce-datacontenttype": "text/plain;%20charset=utf-8",
		"ce-partitionkey":    "a%20%22100%20%25%22",
		"ce-traceparent":     "00-4b-00-01",
		"ce-tracestate":      "v=1",
		"ce-tenant":          "x",
		"content-type":       "text/plain; charset=utf-8",
		"traceparent":        "00-4b-00-01",
		"tracestate":         "v=1",
	}
	if got := maps.Collect(e.Headers()); !maps.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	for range e.Headers() {
		break // a loop may end when it wants
	}
	bare := maps.Collect((&Envelope{ID: "1", Source: "/", Type: "t"}).Headers())
	if len(bare) != 4 {
		t.Errorf("got %q, want what every event has", bare)
	}
}

// No value of an attribute can add a header: neither a name nor a value has a line
// break, nor anything else that is no printable US-ASCII.
func TestHeadersAreSafe(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		for name, value := range envelopes.Draw(t, "envelope").Headers() {
			if strings.Trim(name, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" {
				t.Errorf("name %q", name)
			}
			if strings.IndexFunc(value, func(c rune) bool { return c < ' ' || c > '~' }) >= 0 {
				t.Errorf("%s: %q", name, value)
			}
		}
	})
}

// What Headers writes, ParseHeaders reads, in whatever case the names arrive.
func TestHeadersRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := envelopes.Draw(t, "envelope")
		headers := make(map[string]string)
		for name, value := range want.Headers() {
			if rapid.Bool().Draw(t, "upper") {
				name = strings.ToUpper(name)
			}
			headers[name] = value
		}
		headers["Unrelated"] = "%zz"
		got, err := ParseHeaders(maps.All(headers), want.Data)
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("got  %+v\nwant %+v; %v", got, want, err)
		}
	})
}

var envelopes = rapid.Custom(func(t *rapid.T) *Envelope {
	text := rapid.String()
	some := rapid.StringN(1, -1, -1)
	e := &Envelope{
		ID: some.Draw(t, "id"), Source: some.Draw(t, "source"), Type: some.Draw(t, "type"),
		ContentType: text.Draw(t, "content type"), DataSchema: text.Draw(t, "schema"), Subject: text.Draw(t, "subject"), Key: text.Draw(t, "key"),
		TraceParent: text.Draw(t, "parent"), TraceState: text.Draw(t, "state"), Data: []byte(text.Draw(t, "data")),
	}
	if rapid.Bool().Draw(t, "has time") {
		e.Time = time.Unix(rapid.Int64Range(0, 4e9).Draw(t, "s"), rapid.Int64Range(0, 1e9-1).Draw(t, "ns")).UTC()
	}
	e.Extensions = rapid.MapOfN(rapid.StringMatching("x[a-z0-9]{1,9}"), some, 0, 3).Draw(t, "extensions")
	if len(e.Extensions) == 0 {
		e.Extensions = nil
	}
	return e
})

// What other producers write.
func TestParseHeaders(t *testing.T) {
	with := func(pairs ...string) map[string]string {
		headers := map[string]string{"ce-specversion": "1.0", "ce-id": "1", "ce-source": "/", "ce-type": "t"}
		for i := 0; i < len(pairs); i += 2 {
			headers[pairs[i]] = pairs[i+1]
		}
		return headers
	}
	for name, test := range map[string]struct {
		headers map[string]string
		get     func(e *Envelope) string
		want    string // or what the error says
		fails   bool
	}{
		"quotes":                 {with("ce-partitionkey", `"a \"b\" c\\d%20e"`), func(e *Envelope) string { return e.Key }, `a "b" c\d e`, false},
		"lone quote":             {with("ce-partitionkey", `"`), func(e *Envelope) string { return e.Key }, `"`, false},
		"content type, by name":  {with("Content-Type", "text/plain"), func(e *Envelope) string { return e.ContentType }, "text/plain", false},
		"content type, both":     {with("content-type", "a/b", "ce-datacontenttype", "c/d"), func(e *Envelope) string { return e.ContentType }, "c/d", false},
		"trace, by name":         {with("Traceparent", "00-1"), func(e *Envelope) string { return e.TraceParent }, "00-1", false},
		"trace, as an attribute": {with("ce-tracestate", "a=1"), func(e *Envelope) string { return e.TraceState }, "a=1", false},
		"extension":              {with("Ce-Tenant", "s"), func(e *Envelope) string { return e.Extensions["tenant"] }, "s", false},
		"subject":                {with("Ce-Subject", "s"), func(e *Envelope) string { return e.Subject }, "s", false},
		"schema":                 {with("Ce-DataSchema", "urn:x"), func(e *Envelope) string { return e.DataSchema }, "urn:x", false},
		"time with a zone":       {with("ce-time", "2024-02-29T01:02:03+01:00"), func(e *Envelope) string { return e.Time.UTC().String() }, "2024-02-29 00:02:03 +0000 UTC", false},
		"later version":          {with("ce-specversion", "1.1"), func(e *Envelope) string { return e.ID }, "1", false},
		"no id":                  {with("ce-id", ""), nil, "no header ce-id", true},
		"no source":              {with("ce-source", ""), nil, "no header ce-source", true},
		"no type":                {with("ce-type", ""), nil, "no header ce-type", true},
		"no version":             {with("ce-specversion", ""), nil, "no header ce-specversion", true},
		"other version":          {with("ce-specversion", "2.0"), nil, `header ce-specversion: found "2.0", wanted 1.0`, true},
		"bad time":               {with("ce-time", "noon"), nil, `header ce-time: found "noon"`, true},
		"bad escape":             {with("ce-id", "%zz"), nil, `header ce-id: invalid URL escape "%zz"`, true},
		"no UTF-8":               {with("ce-id", "%ff"), nil, "header ce-id: the percent-encoded value is not UTF-8", true},
	} {
		e, err := ParseHeaders(maps.All(test.headers), nil)
		switch {
		case test.fails:
			if err == nil || !IsPoison(err) || !strings.Contains(err.Error(), test.want) {
				t.Errorf("%s: got %v, want %s", name, err, test.want)
			}
		case err != nil || test.get(e) != test.want:
			t.Errorf("%s: got %+v, %v, want %q", name, e, err, test.want)
		}
	}
	if _, err := ParseHeaders(maps.All(map[string]string{}), nil); err == nil || strings.Count(err.Error(), "no header") != 4 {
		t.Errorf("got %v, want all that is missing", err)
	}
}
