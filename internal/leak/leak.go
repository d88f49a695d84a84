// Package leak checks that the tests of a package end all goroutines that they start.
package leak

import (
	"fmt"
	"time"

	"go.uber.org/goleak"
)

// patience is how long goroutines may take to end. [goleak.Find] waits for less than half a
// second, but a request to a server that has gone away takes seconds to give up.
const patience = 20 * time.Second

// Check returns the exit code of a package's tests, which have returned code: if they have
// passed and goroutines remain, it prints these and returns 1.
func Check(code int, except ...goleak.Option) int {
	if code != 0 {
		return code
	}
	err := goleak.Find(except...)
	for deadline := time.Now().Add(patience); err != nil && time.Now().Before(deadline); {
		err = goleak.Find(except...) // which sleeps
	}
	if err != nil {
		fmt.Println(err)
		return 1
	}
	return 0
}
