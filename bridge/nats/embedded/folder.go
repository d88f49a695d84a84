package embedded

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/gofrs/flock"
)

// lockName is the file in a folder that a server locks while it runs. It is not removed:
// otherwise two servers could lock different files of this name.
const lockName = "signalgen.lock"

// lock creates a folder and locks it for this server. At the latest, the system unlocks it
// at the end of the process.
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
		return nil, fmt.Errorf("folder %s is in use by another server, in this process or another one", dir)
	}
	return held, nil
}
