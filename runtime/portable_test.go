package runtime_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// The package uses unsafe. It passes vet and the pointer checks, also on 32-bit
// platforms and those without a usual address space.
func TestPortable(t *testing.T) {
	some := "-run=^Test(Send|Priority|Once|FirstError|Panic|Reentrancy|Deliver|Goexit|NilPanic|Overflow)"
	for name, test := range map[string]struct {
		env  []string
		args []string
	}{
		"unsafeptr":   {nil, []string{"vet", "-unsafeptr", "."}},
		"checkptr":    {nil, []string{"test", "-gcflags=-d=checkptr", some, "-timeout=1m", "."}},
		"386 vet":     {[]string{"GOARCH=386", "CGO_ENABLED=0"}, []string{"vet", ".", "../internal/kinds"}},
		"386 test":    {[]string{"GOARCH=386", "CGO_ENABLED=0"}, []string{"test", "-c", "-o", os.DevNull, "."}},
		"js/wasm vet": {[]string{"GOOS=js", "GOARCH=wasm"}, []string{"vet", ".", "../internal/kinds"}},
		"js/wasm":     {[]string{"GOOS=js", "GOARCH=wasm"}, wasm(t, some)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cmd := exec.Command("go", test.args...)
			cmd.Env = append(os.Environ(), test.env...)
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Errorf("%s %v: %v\n%s", cmd, test.env, err, out)
			}
		})
	}
}

// wasm returns the arguments that run tests as WebAssembly, or only build them if there
// is no node.
func wasm(t *testing.T, some string) []string {
	if _, err := exec.LookPath("node"); err != nil {
		t.Log("node is not at hand: the tests for js/wasm are built and not run")
		return []string{"test", "-c", "-o", os.DevNull, "."}
	}
	root, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		t.Fatal(err)
	}
	run := filepath.Join(strings.TrimSpace(string(root)), "lib", "wasm", "go_js_wasm_exec")
	return []string{"test", "-exec", run, some, "-timeout=1m", "."}
}
