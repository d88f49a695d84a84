package asyncapi_test

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// check returns what check.js says is wrong with a document.
func check(t *testing.T, document []byte) []string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "node", "check.js")
	cmd.Env = append(cmd.Environ(), "NODE_PATH="+installed(t))
	cmd.Stdin = strings.NewReader(string(document))
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("node check.js: %v\n%s", err, stderr.String())
	}
	return strings.FieldsFunc(string(out), func(c rune) bool { return c == '\n' })
}

// installed returns the folder of the npm packages that check.js needs. They are
// installed once for each package-lock.json, in the user's cache. If there is no node
// and npm, or no reachable registry, the test is skipped, except in CI.
func installed(t *testing.T) string {
	t.Helper()
	lock, err := os.ReadFile("package-lock.json")
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(lock)
	dir := filepath.Join(cache(t), hex.EncodeToString(sum[:8]))
	modules := filepath.Join(dir, "node_modules")
	for _, name := range []string{"node", "npm"} {
		if _, err := exec.LookPath(name); err != nil {
			missing(t, "found no %s, which runs the official parser of AsyncAPI: %v", name, err)
		}
	}
	if _, err := os.Stat(modules); err == nil {
		return modules
	}
	install(t, dir)
	return modules
}

// cache returns a folder for installed packages.
func cache(t *testing.T) string {
	t.Helper()
	dir, err := os.UserCacheDir()
	if err != nil {
		dir = os.TempDir()
	}
	dir = filepath.Join(dir, "signalgen", "asyncapi")
	if err := os.MkdirAll(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	return dir
}

// install installs the packages beside dir and then moves them there, so that dir is
// always complete.
func install(t *testing.T, dir string) {
	t.Helper()
	work, err := os.MkdirTemp(filepath.Dir(dir), "install")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = os.RemoveAll(work) }()
	for _, name := range []string{"package.json", "package-lock.json"} {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(work, name), data, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.CommandContext(t.Context(), "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund")
	cmd.Dir = work
	if out, err := cmd.CombinedOutput(); err != nil {
		missing(t, "npm ci: %v\n%s", err, out)
	}
	if err := os.Rename(work, dir); err != nil && !exists(dir) {
		t.Fatal(err)
	}
}

func exists(dir string) bool {
	_, err := os.Stat(dir)
	return err == nil
}

// missing ends a test that lacks something: it fails in CI and is skipped elsewhere.
func missing(t *testing.T, format string, args ...any) {
	t.Helper()
	if os.Getenv("CI") != "" {
		t.Fatalf(format, args...)
	}
	t.Skipf(format, args...)
}
