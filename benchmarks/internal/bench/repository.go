// Package bench holds what the commands of this module share: finding the repository,
// building a program, and summarizing and printing numbers.
package bench

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// Module is the module that is measured.
const Module = "github.com/signalgen/signalgen"

// Root returns the root of the repository that the working folder is in.
func Root() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for ; ; dir = filepath.Dir(dir) {
		text, err := os.ReadFile(filepath.Join(dir, "go.mod"))
		if err == nil && bytes.Contains(text, []byte("module "+Module+"\n")) {
			return dir, nil
		}
		if dir == filepath.Dir(dir) {
			return "", errors.New("no go.mod of " + Module + " in this folder or above it")
		}
	}
}

// BuildSignalgen builds the command signalgen of the repository at root into
// the folder dir and returns its path.
func BuildSignalgen(ctx context.Context, root, dir string) (string, error) {
	path := filepath.Join(dir, "signalgen")
	return path, Run(ctx, root, Env(), "go", "build", "-buildvcs=false", "-o", path, "./cmd/signalgen")
}

// Env returns the environment of this process, changed so that the go command depends
// only on the module in the working folder, and with extra variables.
func Env(extra ...string) []string {
	return append(append(os.Environ(), "GOWORK=off", "GOFLAGS=", "GOTOOLCHAIN=local"), extra...)
}

// Run runs a command in the folder dir. Its error includes the output of the command.
func Run(ctx context.Context, dir string, env []string, name string, args ...string) error {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir, cmd.Env = dir, env
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w\n%s", cmd, err, out)
	}
	return nil
}

// ModFile returns the go.mod of a module that uses the repository at root.
func ModFile(module, root string) string {
	return "module " + module + "\n\ngo 1.26.0\n\nrequire " + Module + " v0.0.0\n\nreplace " + Module + " => " + root + "\n"
}

// WriteFile writes a file, and creates the folders above it.
func WriteFile(path, text string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return os.WriteFile(path, []byte(text), 0o644)
}
