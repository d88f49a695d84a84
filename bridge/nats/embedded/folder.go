package embedded

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/gofrs/flock"
)

// lockName is the file in a folder that a server has locked for as long as it runs.
// It stays behind unlocked: to remove it would let two servers lock a file of this
// name each.
const lockName = "signalgen.lock"

// lock makes a folder and has it for this server alone. The system ends the lock
// with the process at the latest, however that ends.
func lock(dir string) (*flock.Flock, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("folder %s: %w", dir, err)
	}
	held := flock.New(filepath.Join(dir, lockName))
	free, err := held.TryLock()
	if err != nil {
		return nil, fmt.Errorf("folder %s: %w", dir, err)
	}
	if !free {
		return nil, fmt.Errorf("folder %s is in use by another server, of this process or another one", dir)
	}
	return held, nil
}
