// Package replace writes files in such a way that at every moment they have their old
// content or the new one, whole.
package replace

import (
	"cmp"
	"io/fs"
	"os"
	"path/filepath"
)

// File writes a file by way of another one in the same folder. With an error, the file is
// as it was.
func File(path string, text []byte, mode fs.FileMode) (err error) {
	temp, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = os.Remove(temp.Name()) // the first error is the one to tell
		}
	}()
	_, writeErr := temp.Write(text)
	chmodErr, closeErr := temp.Chmod(mode), temp.Close()
	if err := cmp.Or(writeErr, chmodErr, closeErr); err != nil {
		return err
	}
	return os.Rename(temp.Name(), path)
}
