// Package replace writes files atomically: at any time, a file has either its old
// content or the new one.
package replace

import (
	"cmp"
	"io/fs"
	"os"
	"path/filepath"
)

// File writes a file by writing another one in the same folder and renaming it. If it
// returns an error, the file is unchanged.
func File(path string, text []byte, mode fs.FileMode) (err error) {
	temp, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = os.Remove(temp.Name()) // report the first error
		}
	}()
	_, writeErr := temp.Write(text)
	chmodErr, closeErr := temp.Chmod(mode), temp.Close()
	if err := cmp.Or(writeErr, chmodErr, closeErr); err != nil {
		return err
	}
	return os.Rename(temp.Name(), path)
}
