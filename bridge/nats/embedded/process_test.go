package embedded_test

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/signalgen/signalgen/internal/leak"
)

const (
	roleVariable = "EMBEDDED_TEST_ROLE"
	argVariable  = "EMBEDDED_TEST_ARG"
)

// roles are what a process of this test can do.
var roles = map[string]func(arg string) error{
	"server": serveFolder,
}

func TestMain(m *testing.M) {
	if role := os.Getenv(roleVariable); role != "" {
		if err := roles[role](os.Getenv(argVariable)); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	// A server forgets a stream whose creation its shutdown overtakes, and never closes it.
	os.Exit(leak.Check(m.Run(),
		goleak.IgnoreTopFunction("github.com/nats-io/nats-server/v2/server.(*fileStore).flushStreamStateLoop"),
		goleak.IgnoreTopFunction("github.com/nats-io/nats-server/v2/server/ats.Register.func1")))
}

// A process is another process of this test, with a role.
type process struct {
	cmd  *exec.Cmd
	in   io.Writer
	said chan string // its lines
}

// start starts this program with a role. The process ends with the test at the latest.
func start(t *testing.T, role, arg string) *process {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), roleVariable+"="+role, argVariable+"="+arg)
	cmd.Stderr = os.Stderr
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	p := &process{cmd, stdin, make(chan string, 1000)}
	go func() {
		for lines := bufio.NewScanner(stdout); lines.Scan(); {
			p.said <- lines.Text()
		}
		close(p.said)
	}()
	t.Cleanup(p.kill)
	return p
}

// kill kills the process, and waits until it has ended.
func (p *process) kill() {
	_ = p.cmd.Process.Kill() // it may have been killed before
	for range p.said {
	}
	_ = p.cmd.Wait() // says that it was killed
}

// line waits for the next line of the process.
func (p *process) line(t *testing.T) string {
	t.Helper()
	select {
	case line, open := <-p.said:
		if !open {
			t.Fatal("the process has ended")
		}
		return line
	case <-time.After(10 * time.Second):
		t.Fatal("the process says nothing")
		panic("unreachable")
	}
}

func (p *process) says(t *testing.T, want string) {
	t.Helper()
	if line := p.line(t); line != want {
		t.Fatalf("the process says %q, want %q", line, want)
	}
}
