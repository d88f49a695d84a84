package runtime_test

import (
	"testing"

	"go.uber.org/goleak"
)

// No test leaves a goroutine behind. In a browser's Go, one belongs to the system.
func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("runtime.handleEvent"))
}
