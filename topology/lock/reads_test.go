package lock

import "testing"

// Types with methods of their own for JSON, and what can be read of them. The effect is
// empty if nothing breaks.
func TestVerdictsOfMethods(t *testing.T) {
	const (
		none = ""
		text = "type p.A text (decodes)"
	)
	for _, test := range []struct{ name, old, now, want string }{
		{"unchanged text", text, text, none},
		{"unchanged opaque", "type p.A opaque", "type p.A opaque", none},
		{"text that is read no more", text, "type p.A text", streamUntold},
		{"text becomes a string", text, "type p.A string", streamUntold},
		{"string becomes a text", "type p.A string", text, streamUntold},
		{"text becomes opaque", text, "type p.A opaque (decodes)", streamUntold},
		{"opaque becomes anything", "type p.A opaque", "type p.A any", streamUntold},
		{"opaque becomes raw", "type p.A opaque (decodes)", "type p.A raw (decodes)", streamUntold},
		{"struct reads itself no more", "type p.A struct (decodes)\n\t\tN int `json:\"n\"`", "type p.A struct\n\t\tN int `json:\"n\"`", streamUntold},
		{"struct that reads itself has more", "type p.A struct (decodes)\n\t\tN int `json:\"n\"`", "type p.A struct (decodes)\n\t\tN int `json:\"n\"`\n\t\tM int `json:\"m\"`", none},
		{"struct that reads itself has less", "type p.A struct (decodes)\n\t\tN int `json:\"n\"`\n\t\tM int `json:\"m\"`", "type p.A struct (decodes)\n\t\tN int `json:\"n\"`", streamChanged},
		{"interface becomes anything", "type p.A interface", "type p.A any", othersLost},
		{"anything becomes an interface", "type p.A any", "type p.A interface", streamLost},
		{"string becomes a func", "type p.A string", "type p.A unsupported", streamLost},
		{"func becomes a string", "type p.A unsupported", "type p.A string", othersLost},
		{"keys that are texts become strings", "type p.A map[net/netip.Addr]int\n\ttype net/netip.Addr text (decodes)", "type p.A map[string]int", streamUntold},
		{"keys that are numbers become strings", "type p.A map[int]int", "type p.A map[string]int", othersLost},
		{"keys that are bools", "type p.A map[bool]int", "type p.A map[bool]int", none},
		{"struct of the standard library becomes another", "type p.A *database/sql.NullString", "type p.A *p.B\n\ttype p.B struct", streamUntold},
		{"map of texts becomes one of anything", "type p.A []net/netip.Addr\n\ttype net/netip.Addr text (decodes)", "type p.A []any", streamUntold},
		{"array of bytes becomes bytes", "type p.A [2]uint8", "type p.A bytes", othersLost},
		{"quoted string becomes a plain one", "type p.A struct\n\t\tS string `json:\"s,string\"`", "type p.A struct\n\t\tS string `json:\"s\"`", othersLost},
		{"quoted number becomes raw", "type p.A struct\n\t\tN *int `json:\"n,string\"`", "type p.A struct\n\t\tN encoding/json.RawMessage `json:\"n\"`\n\ttype encoding/json.RawMessage raw (decodes)", othersLost},
	} {
		t.Run(test.name, func(t *testing.T) {
			old, now := payloadOf(t, test.old), payloadOf(t, test.now)
			if got := judge(viewOf(old), viewOf(now), "p.A", "p.A").effect(); got != test.want {
				t.Errorf("found %q, wanted %q", got, test.want)
			}
		})
	}
}

// payloadOf returns a signal with the payload p.A, from the lines of its types.
func payloadOf(t *testing.T, types string) *Signal {
	t.Helper()
	l := parse(t, "version 1\n\nsignal a\n\tdeclared p.A\n\tpayload p.A\n\t"+types+"\n")
	return &l.Signals[0]
}
