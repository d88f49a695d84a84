package kinds

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// The code generated for a signal stays short. Comments, blank lines and lines that
// signals share do not count. A payload with a sender is the longest.
func TestLengthOfASignal(t *testing.T) {
	const longestPayload, longestSignature = 96, 93
	lines := linesOf(t)
	if len(lines) != 15 {
		t.Errorf("found %d signals, want 15", len(lines))
	}
	for name, n := range lines {
		longest := longestPayload
		if slices.Contains([]string{"Ticked", "Checked", "Counted", "Quoted", "Moved", "Touched", "Looked", "Asked", "Pinged", "Pointed"}, name) {
			longest = longestSignature
		}
		t.Logf("%s: %d lines", name, n)
		if n > longest {
			t.Errorf("%s: %d lines, want at most %d", name, n, longest)
		}
	}
}

// linesOf counts the lines of code of each signal.
func linesOf(t *testing.T) map[string]int {
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
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "//") {
			lines[current]++
		}
	}
	delete(lines, "") // the set
	return lines
}
