package kinds

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// What is generated for a signal stays short: at most 100 lines, all of its
// comments and blank lines among them.
func TestLengthOfASignal(t *testing.T) {
	source, err := os.ReadFile("signals_gen.go")
	if err != nil {
		t.Fatal(err)
	}
	first := regexp.MustCompile(`^// (?:Connect\w+ connects a receiver to|\w+Signal holds the receivers of) \[(\w+)\]`)
	lines := make(map[string]int)
	current := ""
	for line := range strings.Lines(string(source)) {
		if match := first.FindStringSubmatch(line); match != nil {
			current = match[1]
		}
		lines[current]++
	}
	delete(lines, "") // the set
	if len(lines) != 10 {
		t.Errorf("found %d signals, want 10", len(lines))
	}
	for name, n := range lines {
		t.Logf("%s: %d lines", name, n)
		if n > 100 {
			t.Errorf("%s: %d lines, want at most 100", name, n)
		}
	}
}
