package main

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

// The test binary is also the command that is measured. Depending on a variable, it
// takes memory, fails or waits.
func TestMain(m *testing.M) {
	switch os.Getenv("SCALE_TEST") {
	case "memory":
		b := make([]byte, 64<<20)
		for i := range b {
			b[i] = 1
		}
		runtime.KeepAlive(b)
	case "fail":
		println("one\ntwo\nthree\nfour")
		os.Exit(3)
	case "wait":
		time.Sleep(time.Minute)
	default:
		os.Exit(m.Run())
	}
}

// measureSelf runs the test binary several times.
func measureSelf(t *testing.T, mode string, times int, timeout time.Duration) (sample, error) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	m := meter{ctx: t.Context(), timeout: timeout, log: filepath.Join(t.TempDir(), "log")}
	calls := func(yield func([]string) bool) {
		for i := 0; i < times && yield(nil); i++ {
		}
	}
	return m.run(t.TempDir(), append(os.Environ(), "SCALE_TEST="+mode), self, calls)
}

func TestMemoryIsThatOfTheLargestProcess(t *testing.T) {
	s, err := measureSelf(t, "memory", 2, time.Minute)
	if err != nil || s.over || s.wall <= 0 {
		t.Fatalf("got %+v, %v", s, err)
	}
	if runtime.GOOS == "linux" && (mib(s.memory) < 64 || mib(s.memory) > 120) {
		t.Errorf("%.0f MiB, want somewhat more than 64", mib(s.memory))
	}
}

func TestFailureHasWhatWasPrinted(t *testing.T) {
	_, err := measureSelf(t, "fail", 1, time.Minute)
	if err == nil || !strings.HasSuffix(err.Error(), "exit status 3: one\ntwo\nthree") {
		t.Errorf("got %v", err)
	}
}

func TestTimeout(t *testing.T) {
	s, err := measureSelf(t, "wait", 1, 100*time.Millisecond)
	if err != nil || !s.over || s.wall > 30*time.Second {
		t.Errorf("got %+v, %v", s, err)
	}
}
