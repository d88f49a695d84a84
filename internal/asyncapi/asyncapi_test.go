package asyncapi_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/big"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/signalgen/signalgen/bridge"
	"github.com/signalgen/signalgen/internal/asyncapi/payloads"
	"github.com/signalgen/signalgen/topology"
)

func TestParserAcceptsTheShop(t *testing.T) {
	accept(t, document(t, "../../examples/shop/..."))
}

func TestParserAcceptsASignalOfAnyForm(t *testing.T) {
	accept(t, document(t, "./payloads"))
}

func TestParserAcceptsNoSignals(t *testing.T) {
	accept(t, document(t, "."))
}

// Everything that is sent fits the schema of its payload.
func TestSchemasAcceptWhatIsSent(t *testing.T) {
	d := parse(t, document(t, "./payloads"))
	for key, values := range sent() {
		d.addExamples(t, key, values)
	}
	for key, message := range d.messages(t) {
		if _, ok := message["examples"]; !ok && key != "payloads.CalledArgs" {
			t.Errorf("no example of %s", key)
		}
	}
	accept(t, d.text(t))
}

// sent returns what sends may carry, by the keys of the messages.
func sent() map[string][]any {
	text, number, state, addr := "text", 7, payloads.Paid, netip.IPv6Loopback()
	toNumber, small := &number, uint8(200)
	at := time.Date(2026, 2, 3, 4, 5, 6, 789, time.FixedZone("", 3600))
	tree := payloads.Tree{Value: 1, Left: &payloads.Tree{}, Children: []payloads.Tree{{Value: 2}}}
	everything := payloads.Everything{
		Base: payloads.Base{ID: 1 << 62, Created: at}, Tree: &tree,
		Bool: true, Int8: -128, Int16: -1, Int32: 1 << 30, Uint: 1, Uint8: 255, Uint16: 1, Uint32: 1, Uint64: 1 << 63, Uintptr: 1,
		Float32: -0.5, Float64: 1e300, String: text, Bytes: []byte(text), Number: "1e3", Raw: json.RawMessage(`[{}]`),
		Duration: -time.Hour, Weekday: time.Sunday, State: payloads.Open, Level: payloads.High,
		Addr: addr, Big: big.NewInt(1), Point: payloads.Point{}, Any: []any{1, nil},
		Pointer: &text, ToState: &state, ToPointer: &toNumber, Array: [2]bool{true, false}, Slice: []payloads.Base{{}},
		Map: map[string][]payloads.Level{"": nil, "a": {payloads.Low}}, ByNumber: map[int16]string{-1: text},
		ByText: map[netip.Addr]*payloads.Tree{addr: nil, netip.IPv4Unspecified(): &tree},
		Empty:  text, Zero: at, Signed: addr, Hidden: text,
	}
	everything.Nested.Deep = map[string]struct{ Deeper int }{text: {1}}
	everything.Quoted.Uint, everything.Quoted.Float, everything.Quoted.String = &small, 0.5, text
	return map[string][]any{
		"payloads.Everything":      {everything, payloads.Everything{State: payloads.Open}},
		"payloads.Names":           {payloads.Names(nil), payloads.Names{}, payloads.Names{text}},
		"payloads.Count":           {payloads.Count(0), payloads.Count(65535)},
		"payloads.Labels":          {payloads.Labels(nil), payloads.Labels{payloads.Open: payloads.High}},
		"time.Time":                {at},
		"struct_At_payloads.Point": {payloads.Where{}},
		"payloads.Whatever":        {payloads.Whatever(nil), payloads.Whatever(text)},
		"payloads.Stored_payloads.State_payloads.Tree": {payloads.Stored[payloads.State, payloads.Tree]{Key: payloads.Paid, Value: &tree}},
		"payloads.Stored_int_time.Time":                {payloads.Stored[int, []time.Time]{}, payloads.Stored[int, []time.Time]{Key: -1, Value: &[]time.Time{at}}},
		"payloads.AskedArgs":                           {payloads.AskedArgs{}, payloads.AskedArgs{From: addr, ID: 1, Arg3: &tree, More: []payloads.State{payloads.Paid}}},
		"payloads.NothingArgs":                         {payloads.NothingArgs{}},
	}
}

// Values that encoding/json never writes do not fit the schema.
func TestSchemasRefuseWhatIsNotSent(t *testing.T) {
	d := parse(t, document(t, "./payloads"))
	tests := []struct{ key, field, value string }{
		{"payloads.Everything", "Int8", `128`},
		{"payloads.Everything", "Int16", `1.5`},
		{"payloads.Everything", "Uint", `-1`},
		{"payloads.Everything", "Bool", `null`},
		{"payloads.Everything", "State", `"void"`},
		{"payloads.Everything", "ToState", `"void"`},
		{"payloads.Everything", "Level", `2`},
		{"payloads.Everything", "created", `"yesterday"`},
		{"payloads.Everything", "id", `1`},
		{"payloads.Everything", "id", `"one"`},
		{"payloads.Everything", "Array", `[true]`},
		{"payloads.Everything", "Slice", `[{}]`},
		{"payloads.Everything", "Map", `{"a": [3]}`},
		{"payloads.Everything", "ByNumber", `{"a": ""}`},
		{"payloads.Everything", "Left", `{"Value": 1, "Left": {"Value": "1"}}`},
		{"payloads.Everything", "Nested", `{"Deep": {"a": {}}}`},
		{"payloads.AskedArgs", "More", `[1]`},
	}
	values := make(map[string][]any)
	for _, test := range tests {
		var value map[string]any
		decode(t, encode(t, sent()[test.key][0]), &value)
		value[test.field] = json.RawMessage(test.value)
		values[test.key] = append(values[test.key], value)
	}
	for key := range values {
		d.addExamples(t, key, values[key])
	}
	complaints := check(t, d.text(t))
	number := make(map[string]int)
	for _, test := range tests {
		number[test.key]++
		want := fmt.Sprintf("%s %d: ", test.key, number[test.key])
		if !slices.ContainsFunc(complaints, func(c string) bool { return strings.HasPrefix(c, want) && strings.Contains(c, "/"+test.field) }) {
			t.Errorf("%s is %s: found %q", test.field, test.value, complaints)
		}
	}
}

func TestParserRefusesAReferenceToNothing(t *testing.T) {
	text := bytes.Replace(document(t, "./payloads"), []byte("/schemas/payloads.Names"), []byte("/schemas/payloads.None"), 1)
	complaints := check(t, text)
	if !slices.ContainsFunc(complaints, func(c string) bool { return strings.HasPrefix(c, "Error at ") }) {
		t.Errorf("found %q, wanted an error", complaints)
	}
}

// document returns the document of the packages that a pattern names.
func document(t *testing.T, pattern string) []byte {
	t.Helper()
	m, err := topology.Load(t.Context(), topology.Options{Patterns: []string{pattern}})
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := topology.AsyncAPI(&out, m); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func accept(t *testing.T, document []byte) {
	t.Helper()
	for _, complaint := range check(t, document) {
		t.Error(complaint)
	}
}

// A parsed document can be added to.
type parsed map[string]any

func parse(t *testing.T, document []byte) parsed {
	t.Helper()
	var d parsed
	decode(t, document, &d)
	return d
}

func (d parsed) text(t *testing.T) []byte {
	t.Helper()
	return encode(t, d)
}

// messages returns the messages of all channels by their keys.
func (d parsed) messages(t *testing.T) map[string]map[string]any {
	t.Helper()
	all := make(map[string]map[string]any)
	for _, channel := range d["channels"].(map[string]any) {
		for key, message := range channel.(map[string]any)["messages"].(map[string]any) {
			all[key] = message.(map[string]any)
		}
	}
	return all
}

// addExamples adds values to a message as a bridge sends them.
func (d parsed) addExamples(t *testing.T, key string, values []any) {
	t.Helper()
	message, found := d.messages(t)[key]
	if !found {
		t.Fatalf("found no message %s", key)
	}
	var examples []any
	for i, value := range values {
		examples = append(examples, map[string]any{"name": strconv.Itoa(i + 1), "payload": json.RawMessage(encode(t, value))})
	}
	message["examples"] = examples
}

func encode(t *testing.T, value any) []byte {
	t.Helper()
	data, _, err := bridge.JSON.Encode(value)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func decode(t *testing.T, data []byte, into any) {
	t.Helper()
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	if err := decoder.Decode(into); err != nil {
		t.Fatal(err)
	}
}
