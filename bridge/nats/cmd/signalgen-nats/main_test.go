package main

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"
)

func TestWrongCalls(t *testing.T) {
	for _, test := range []struct{ args, want string }{
		{"", "no verb"},
		{"server", "unknown verb server"},
		{"dead", "found dead alone; wanted dead list, show, replay or drop"},
		{"dead -json", "flag provided but not defined: -json"},
		{"dead lisst", "unknown verb dead lisst"},
		{"dead list 7", "dead list takes no arguments; found 7"},
		{"dead list -all", "flag provided but not defined: -all"},
		{"dead list -older soon", `invalid value "soon" for flag -older: wanted a duration such as 90s, 12h or 7d`},
		{"dead list -newer -1h", `invalid value "-1h" for flag -newer`},
		{"dead show", "found no number"},
		{"dead show -signal order.placed 7", "flag provided but not defined: -signal"},
		{"dead show 0", "found 0; wanted the number of a dead letter"},
		{"dead show seven", "found seven; wanted the number of a dead letter"},
		{"dead replay", "dead replay what? wanted numbers, a filter or -all"},
		{"dead replay 7 -json", "found -json; wanted the number of a dead letter, and flags before it"},
		{"dead replay -all 7", "wanted either numbers, or filters, or -all"},
		{"dead drop", "dead drop what? wanted numbers, a filter or -all"},
		{"dead drop -json", "dead drop what? wanted numbers, a filter or -all"},
		{"dead drop -group mailer -all", "wanted either numbers, or filters, or -all"},
		{"dead drop -group mailer 7", "wanted either numbers, or filters, or -all"},
		{"lag mailer", "lag takes no arguments; found mailer"},
		{"version now", "version takes no arguments; found now"},
		{"help everything", "unknown verb everything"},
		{"\x1b[2J", `unknown verb \x1b[2J`},
	} {
		var stdout, stderr strings.Builder
		code := run(strings.Fields(test.args), &stdout, &stderr)
		if code != exitUsage || stdout.Len() > 0 || !strings.HasPrefix(stderr.String(), "signalgen-nats: "+test.want) || !strings.HasSuffix(stderr.String(), "; see signalgen-nats help\n") {
			t.Errorf("%q: code %d, %q, %q; want %q", test.args, code, stdout.String(), stderr.String(), test.want)
		}
	}
}

// TestHelp looks whether each text fits a screen of 24 lines and 80 columns.
func TestHelp(t *testing.T) {
	for topic, want := range help {
		var stdout, stderr strings.Builder
		args := append([]string{"help"}, strings.Fields(topic)...)
		if code := run(args, &stdout, &stderr); code != exitDone || stdout.String() != want || stderr.Len() > 0 {
			t.Errorf("%q: code %d, %q, %q", args, code, stdout.String(), stderr.String())
		}
		lines := strings.Split(strings.TrimSuffix(want, "\n"), "\n")
		if len(lines) > 24 {
			t.Errorf("%q has %d lines", topic, len(lines))
		}
		for _, line := range lines {
			if line = strings.ReplaceAll(line, "\t", "        "); len(line) > 80 {
				t.Errorf("%q: %q has %d columns", topic, line, len(line))
			}
		}
	}
	for verb := range verbs {
		var asked, flagged strings.Builder
		run(append([]string{"help"}, strings.Fields(verb)...), &asked, &asked)
		run(append(strings.Fields(verb), "-h"), &flagged, &flagged)
		if asked.String() != flagged.String() || asked.Len() == 0 {
			t.Errorf("%s -h: %q, want %q", verb, flagged.String(), asked.String())
		}
	}
}

func TestVersion(t *testing.T) {
	var stdout, stderr strings.Builder
	if code := run([]string{"version"}, &stdout, &stderr); code != exitDone || !strings.HasPrefix(stdout.String(), "signalgen-nats ") {
		t.Errorf("code %d, %q, %q", code, stdout.String(), stderr.String())
	}
}

func TestNoServer(t *testing.T) {
	for args, want := range map[string]string{
		"dead list -server nats://127.0.0.1:1":      "signalgen-nats: connecting: nats: no servers available for connection\n",
		"lag -creds /nowhere/shop.creds":            "signalgen-nats: connecting: ",
		"lag -nkey /nowhere/shop.nk":                "signalgen-nats: -nkey: ",
		"lag -tlscert cert.pem":                     "signalgen-nats: -tlscert and -tlskey: wanted both or neither\n",
		"lag -tlscert cert.pem -tlskey key.pem":     "signalgen-nats: -tlscert: open cert.pem: ",
		"lag -tlsca /nowhere/ca.pem -server tls://": "signalgen-nats: connecting: ",
	} {
		var stdout, stderr strings.Builder
		if code := run(strings.Fields(args), &stdout, &stderr); code != exitFailed || stdout.Len() > 0 || !strings.HasPrefix(stderr.String(), want) {
			t.Errorf("%s: code %d, %q, want %q", args, code, stderr.String(), want)
		}
	}
}

func TestPrintable(t *testing.T) {
	for text, want := range map[string]string{
		"größe 日本":                 "größe 日本",
		"\x1b[31mred":              `\x1b[31mred`,
		"a\nb\r\tc":                `a\nb\r\tc`,
		"\u202egnitirw \u009b2J":   `\u202egnitirw \u009b2J`,
		"half \xc3":                `half \xc3`,
		"\ufffd":                   "\ufffd",
		`it is "quoted" \ 'so'`:    `it is "quoted" \ 'so'`,
		"no\u00a0break \u200bzero": `no\u00a0break \u200bzero`,
	} {
		if got := printable(text); got != want {
			t.Errorf("%q becomes %q, want %q", text, got, want)
		}
	}
}

// TestPrintJSON looks whether all that is escaped can be read back.
func TestPrintJSON(t *testing.T) {
	const text = "größe \x1b[2J \u009b2J \x7f \u202e \U000e0041 <&>"
	var out strings.Builder
	if err := printJSON(&out, text); err != nil {
		t.Fatal(err)
	}
	if got := printable(strings.TrimSuffix(out.String(), "\n")); got+"\n" != out.String() {
		t.Errorf("%q", out.String())
	}
	var back string
	if err := json.Unmarshal([]byte(out.String()), &back); err != nil || back != text {
		t.Errorf("%s reads back as %q, %v", out.String(), back, err)
	}
}

func TestShort(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0:                             "-",
		300 * time.Millisecond:        "0s",
		59 * time.Second:              "59s",
		3*time.Minute + 7*time.Second: "3m7s",
		25*time.Hour + 10*time.Minute: "1d1h",
		5*time.Hour + 59*time.Minute:  "5h59m",
		400 * 24 * time.Hour:          "400d0h",
	} {
		if got := short(d); got != want {
			t.Errorf("%v is %s, want %s", d, got, want)
		}
	}
}

func TestCut(t *testing.T) {
	exact := strings.Repeat("ü", maxReason)
	for text, want := range map[string]string{exact: exact, exact + "x": exact[:len(exact)-len("ü")] + "…"} {
		if got := cut(text); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestAge(t *testing.T) {
	for text, want := range map[string]time.Duration{"90s": 90 * time.Second, "1h30m": 90 * time.Minute, "7d": 7 * 24 * time.Hour} {
		var got age
		if err := got.Set(text); err != nil || time.Duration(got) != want {
			t.Errorf("%s is %v, %v", text, &got, err)
		}
	}
}

// A brokenWriter is a closed output.
type brokenWriter struct{}

var errBroken = errors.New("broken pipe")

func (brokenWriter) Write([]byte) (int, error) { return 0, errBroken }

func TestTableTellsOfABrokenOutput(t *testing.T) {
	for _, json := range []bool{false, true} {
		table := newTable(brokenWriter{}, json, "A", "B")
		table.row(map[string]int{"a": 1}, 1, 2)
		if err := table.end(); !errors.Is(err, errBroken) {
			t.Errorf("json %t: %v", json, err)
		}
	}
}

// TestLongTables looks whether rows are not all held back.
func TestLongTables(t *testing.T) {
	var out strings.Builder
	table := newTable(&out, false, "NUMBER", "AGE")
	for n := range pageRows {
		table.row(nil, n, "1s")
	}
	if lines := strings.Count(out.String(), "\n"); lines != pageRows {
		t.Errorf("%d lines are printed before the end, want %d", lines, pageRows)
	}
	if err := table.end(); err != nil || !strings.HasPrefix(out.String(), "NUMBER  AGE\n0       1s\n") || !strings.HasSuffix(out.String(), "\n999  1s\n") {
		t.Errorf("%v, %q", err, out.String())
	}
}
