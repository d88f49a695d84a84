package main

import (
	"bytes"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// What the tests of safety generate for, before and after a change, and a
// signalgen that is a process of its own.
const (
	before = "package p\n\n//signalgen:signal\ntype Before struct{}\n"
	after  = "package p\n\n//signalgen:signal\ntype After struct{}\n"
)

// build returns the path of the command.
func build(t *testing.T) string {
	t.Helper()
	if testing.Short() {
		t.Skip("it takes a build of the command and many runs of it")
	}
	command := filepath.Join(t.TempDir(), "signalgen")
	if out, err := exec.Command("go", "build", "-o", command, ".").CombinedOutput(); err != nil {
		t.Fatalf("building: %v\n%s", err, out)
	}
	return command
}

// write writes a module with one source file into dir.
func write(t *testing.T, dir, source string) {
	t.Helper()
	for name, text := range map[string]string{"go.mod": "module example.com/p\n\ngo 1.26.0\n", "p.go": source} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
}

// generate runs the command in dir and returns what it writes.
func generate(t *testing.T, command, dir string) []byte {
	t.Helper()
	cmd := exec.Command(command)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("signalgen: %v\n%s", err, out)
	}
	text, err := os.ReadFile(filepath.Join(dir, "signals_gen.go"))
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// A command that is killed leaves the old file or the new one, whole.
func TestKilled(t *testing.T) {
	command, dir := build(t), t.TempDir()
	write(t, dir, before)
	oldText := generate(t, command, dir)
	write(t, dir, after)
	started := time.Now()
	newText := generate(t, command, dir)
	took := time.Since(started)

	output := filepath.Join(dir, "signals_gen.go")
	killed, written := 0, 0
	for range 200 {
		if err := os.WriteFile(output, oldText, 0o644); err != nil {
			t.Fatal(err)
		}
		cmd := exec.Command(command)
		cmd.Dir = dir
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		timer := time.AfterFunc(rand.N(took*3/2), func() { _ = cmd.Process.Kill() })
		if cmd.Wait() != nil {
			killed++
		}
		timer.Stop()
		text, err := os.ReadFile(output)
		switch {
		case err != nil:
			t.Fatal(err)
		case bytes.Equal(text, newText):
			written++
		case !bytes.Equal(text, oldText):
			t.Fatalf("neither the old file nor the new one:\n%s", text)
		}
	}
	t.Logf("killed %d times of 200; the file was new %d times", killed, written)
	if killed == 0 {
		t.Error("no run was killed")
	}
}

// A full disk and a read-only folder are errors that leave the old file unchanged and
// nothing else behind. Both need a file system of their own.
func TestNoRoom(t *testing.T) {
	for _, test := range []struct{ name, options, spoil, want string }{
		{
			"full", "size=96k", "dd if=/dev/zero of=filler bs=4k 2>/dev/null",
			"signals_gen.go: no space left on device\n",
		},
		{
			"read-only", "size=1m", "mount -o remount,ro .",
			"signals_gen.go: read-only file system\n",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			command, dir := build(t), t.TempDir()
			write(t, dir, before)
			oldText := generate(t, command, dir)
			write(t, dir, after)

			script := `mount -t tmpfs -o "$OPTIONS" signalgen "$DISK" && cp go.mod p.go signals_gen.go "$DISK" && cd "$DISK" || exit 9
` + test.spoil + `
"$COMMAND" 2> "$OUT/stderr"
echo $? > "$OUT/code"
cp signals_gen.go "$OUT/text"
ls -A > "$OUT/listing"`
			out, disk := t.TempDir(), t.TempDir()
			cmd := exec.Command("sh", "-c", script)
			cmd.Dir = dir
			cmd.Env = append(os.Environ(), "OPTIONS="+test.options, "DISK="+disk, "OUT="+out, "COMMAND="+command)
			// In a mount namespace of its own, the mount ends with the process.
			cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNS}
			if os.Geteuid() != 0 {
				cmd.SysProcAttr.Cloneflags |= syscall.CLONE_NEWUSER
				cmd.SysProcAttr.UidMappings = []syscall.SysProcIDMap{{HostID: os.Getuid(), Size: 1}}
				cmd.SysProcAttr.GidMappings = []syscall.SysProcIDMap{{HostID: os.Getgid(), Size: 1}}
			}
			if text, err := cmd.CombinedOutput(); err != nil {
				t.Fatalf("%v\n%s", err, text)
			}
			got := func(name string) string {
				text, err := os.ReadFile(filepath.Join(out, name))
				if err != nil {
					t.Fatal(err)
				}
				return string(text)
			}
			if got("stderr") != test.want || got("code") != "1\n" {
				t.Errorf("got  %q, code %q\nwant %q, code 1", got("stderr"), got("code"), test.want)
			}
			if got("text") != string(oldText) {
				t.Errorf("the old file is changed:\n%s", got("text"))
			}
			want := "go.mod p.go signals_gen.go"
			if listing := strings.Join(strings.Fields(strings.Replace(got("listing"), "filler\n", "", 1)), " "); listing != want {
				t.Errorf("files: %s, want %s", listing, want)
			}
		})
	}
}
