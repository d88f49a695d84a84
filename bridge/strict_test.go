package bridge_test

import (
	"reflect"
	"strings"
	"testing"
	"time"

	. "github.com/signalgen/signalgen/bridge"
)

type item struct {
	Name  string
	Price *int
}

type ordered struct {
	ID     string `json:"id"`
	Total  int
	Note   string `json:",omitempty"`
	Count  int    `json:",string"`
	At     time.Time
	Items  []item
	ByName map[string]item
	Raw    []byte
	Any    any
	address
}

type address struct{ City string }

const complete = `{"id":"7","Total":3,"Count":"4","At":"2001-09-09T01:46:40Z","Items":[{"Name":"tea","Price":null}],` +
	`"ByName":{"tea":{"Name":"tea","Price":1}},"Raw":"AAE=","Any":null,"City":"Ghent"}`

func TestStrict(t *testing.T) {
	for name, test := range map[string]struct {
		old, to string // what is changed in complete
		want    string // what the error says; empty for none
		poison  bool
	}{
		"complete":            {"", "", "", false},
		"other case":          {`"Total"`, `"total"`, "", false},
		"null for a slice":    {`[{"Name":"tea","Price":null}]`, "null", "", false},
		"unknown":             {`"Total":3`, `"Total":3,"Tax":1`, `unknown field "Tax"`, false},
		"unknown, nested":     {`"Price":null`, `"Price":null,"Tax":1`, `unknown field "Tax"`, false},
		"renamed":             {`"Total"`, `"Sum"`, `unknown field "Sum"`, false},
		"removed":             {`"Total":3,`, ``, `found no field "Total", wanted one of type int`, false},
		"removed, with a tag": {`"id":"7",`, ``, `found no field "id", wanted one of type string`, false},
		"removed, nested":     {`"Name":"tea","Price":null`, `"Price":null`, `field Items: element 0: found no field "Name"`, false},
		"removed, in a map":   {`"Name":"tea","Price":1`, `"Price":1`, `field ByName: key "tea": found no field "Name"`, false},
		"removed, promoted":   {`,"City":"Ghent"`, ``, `found no field "City"`, false},
		"null":                {`"Total":3`, `"Total":null`, "field Total: found null, wanted int", false},
		"null, nested":        {`{"Name":"tea","Price":null}`, `null`, "field Items: element 0: found null, wanted bridge_test.item", false},
		"of another type":     {`"Total":3`, `"Total":"3"`, "cannot unmarshal string", false},
		"more":                {`"Ghent"}`, `"Ghent"} {}`, "more data after the JSON value", true},
		"cut off":             {`"Ghent"}`, `"Ghent"`, "unexpected EOF", true},
		"no JSON":             {`{"id"`, `id`, "invalid character", true},
	} {
		var into ordered
		data := strings.Replace(complete, test.old, test.to, 1)
		err := Strict.Decode([]byte(data), "application/json", &into)
		if (err == nil) != (test.want == "") || err != nil && !strings.Contains(err.Error(), test.want) || IsPoison(err) != test.poison {
			t.Errorf("%s: got %v, poison %v, want %q, %v", name, err, IsPoison(err), test.want, test.poison)
		}
		if err == nil && into.ID != "7" {
			t.Errorf("%s: read %+v", name, into)
		}
	}
	if err := Strict.Decode([]byte("{}"), "text/plain", new(ordered)); err == nil || IsPoison(err) {
		t.Errorf("another media type: %v", err)
	}
}

// What Strict encodes it reads, whatever is in it.
func TestStrictReadsItsOwn(t *testing.T) {
	price := 1
	for _, args := range []any{
		ordered{},
		ordered{ID: "1", Items: []item{{"tea", &price}, {}}, ByName: map[string]item{"": {}}, Any: map[string]any{"a": 1.0}},
		struct{ *Shown }{&Shown{1}},
		struct{ *Shown }{},
		[]*item{nil, {}},
		map[string]*address{"a": nil},
		"text",
		7,
	} {
		data, contentType, err := Strict.Encode(args)
		if err != nil {
			t.Fatal(err)
		}
		into := reflect.New(reflect.TypeOf(args))
		if err := Strict.Decode(data, contentType, into.Interface()); err != nil {
			t.Errorf("%s: %v", data, err)
		}
	}
}
