//go:build unix

package docs

import (
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestPlay follows each page as a reader would: it writes the files, changes them, and
// runs the commands, in the order of the page.
func TestPlay(t *testing.T) {
	for _, p := range pages(t) {
		if !p.plays() {
			continue
		}
		t.Run(p.path, func(t *testing.T) {
			t.Parallel()
			play := newPlay(t)
			for _, b := range p.blocks {
				b.text = play.here.Replace(b.text)
				if err := play.block(t, b); err != nil {
					t.Fatalf("%s:%d: %v", p.path, b.line, err)
				}
			}
			for _, printed := range play.terminals {
				if err := printed(); err != nil {
					t.Error(err)
				}
			}
		})
	}
}

// A play is a page that is being run.
type play struct {
	dir string   // the working folder of the next command
	env []string // of all commands
	cwd string   // the file in which a command leaves the working folder

	here      *strings.Replacer // gives the page ports of its own, and this repository for a clone
	terminals []func() error    // look whether what runs in the background has printed all
}

// funcs replaces commands of a page that would clone the repository: they use this
// working tree instead, which need not be committed. "module PATH" makes the working
// folder a module that uses it.
const funcs = `
module() {
	go mod init "$1"
	go mod edit -tool=github.com/signalgen/signalgen/cmd/signalgen \
		-require=github.com/signalgen/signalgen@v0.0.0 \
		-replace=github.com/signalgen/signalgen="$REPOSITORY"
	go mod tidy
}
git() {
	if [ "$1" != clone ]; then command git "$@"; fi
}
`

func newPlay(t *testing.T) *play {
	t.Helper()
	repository, err := filepath.Abs(root)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	work := filepath.Join(dir, "work")
	if err := os.Mkdir(work, 0o755); err != nil {
		t.Fatal(err)
	}
	return &play{
		dir:  work,
		cwd:  filepath.Join(dir, "cwd"),
		env:  append(os.Environ(), "REPOSITORY="+repository, "GOWORK=off", "CWD="+filepath.Join(dir, "cwd")),
		here: strings.NewReplacer("localhost:8080", freeAddr(t), "localhost:4222", freeAddr(t), "=../signalgen", "="+repository),
	}
}

func freeAddr(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "localhost:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = listener.Close() }()
	return listener.Addr().String()
}

// block writes the file of a block, or runs its commands.
func (p *play) block(t *testing.T, b block) error {
	t.Helper()
	switch {
	case b.idle() || b.lang == "with" || b.lang == "text" || b.lang == "mermaid" || b.lang == "go" && b.args == "":
		return nil
	case b.lang == "txtar":
		extract(t, p.dir, b)
		return nil
	case b.lang == "console" && b.args == "background":
		return p.start(t, b.text)
	case b.lang == "console":
		return p.console(b.text)
	case b.lang == "sh" && b.args == "":
		out, err := p.run(b.text)
		if err != nil {
			return fmt.Errorf("%w\n%s", err, out)
		}
		return nil
	case b.lang == "diff" && b.args != "":
		return p.change(b.args, b.text)
	case b.args != "":
		writeFile(t, filepath.Join(p.dir, b.args), b.text)
		return nil
	}
	return fmt.Errorf("nothing can be done with a block of %s %s", b.lang, b.args)
}

// run runs commands to their end, and returns what they print.
func (p *play) run(commands string) (string, error) {
	cmd := p.command(commands)
	out, err := cmd.CombinedOutput()
	if dir, err := os.ReadFile(p.cwd); err == nil {
		p.dir = strings.TrimSpace(string(dir))
	}
	return string(out), err
}

func (p *play) command(commands string) *exec.Cmd {
	cmd := exec.Command("bash", "-eu", "-o", "pipefail", "-c", funcs+"trap 'pwd >\"$CWD\"' EXIT\n"+commands)
	cmd.Dir, cmd.Env = p.dir, p.env
	return cmd
}

// start starts a command that runs until the page is done, and waits until it has
// printed the given text.
func (p *play) start(t *testing.T, text string) error {
	command, want, _ := strings.Cut(strings.TrimPrefix(text, "$ "), "\n")
	path := filepath.Join(t.TempDir(), "terminal")
	terminal, err := os.Create(path)
	if err != nil {
		return err
	}
	cmd := p.command(command)
	cmd.Stdout, cmd.Stderr = terminal, terminal
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := cmd.Start(); err != nil {
		return err
	}
	t.Cleanup(func() {
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGINT)
		_ = cmd.Wait() // says that it was interrupted
		_ = terminal.Close()
	})
	p.terminals = append(p.terminals, func() error {
		var got []byte
		for range 3000 {
			if got, err = os.ReadFile(path); err != nil || printed(want).Match(got) {
				return err
			}
			time.Sleep(100 * time.Millisecond)
		}
		return fmt.Errorf("%s prints\n%s\nnot:\n%s", command, got, want)
	})
	return nil
}

// console runs the commands of a text and compares what they print.
func (p *play) console(text string) error {
	command, want := "", ""
	check := func() error {
		if command == "" {
			return nil
		}
		got, err := p.run(command)
		if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
			return err
		}
		if !printed(want).MatchString(got) {
			return fmt.Errorf("%s prints, with error %v:\n%s\nnot:\n%s", command, err, got, want)
		}
		return nil
	}
	for line := range strings.Lines(text) {
		switch next, isCommand := strings.CutPrefix(line, "$ "); {
		case strings.HasSuffix(command, "\\\n") && want == "":
			command += line
		case isCommand:
			if err := check(); err != nil {
				return err
			}
			command, want = next, ""
		default:
			want += line
		}
	}
	return check()
}

// printed returns a regular expression for the output that a page shows: a line that is
// only … matches any number of lines, and a … in a line any text.
func printed(want string) *regexp.Regexp {
	var expr strings.Builder
	for line := range strings.Lines(want) {
		if strings.TrimSpace(line) == "…" {
			expr.WriteString(`(.*\n)*`)
			continue
		}
		line = regexp.QuoteMeta(strings.TrimSuffix(line, "\n"))
		expr.WriteString(strings.ReplaceAll(line, "…", ".*") + "[ \t]*\n")
	}
	return regexp.MustCompile(`^` + expr.String() + `\n*$`)
}

// change applies a diff without line numbers. The lines that it removes and keeps must
// be in the file exactly once. A line @@ begins another hunk.
func (p *play) change(path, diff string) error {
	path = filepath.Join(p.dir, path)
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	changed := string(text)
	for hunk := range strings.SplitSeq(diff, "@@\n") {
		var before, after strings.Builder
		for line := range strings.Lines(hunk) {
			switch line[0] {
			case '-':
				before.WriteString(line[1:])
			case '+':
				after.WriteString(line[1:])
			default:
				rest := strings.TrimPrefix(line, " ")
				before.WriteString(rest)
				after.WriteString(rest)
			}
		}
		if n := strings.Count(changed, before.String()); n != 1 {
			return fmt.Errorf("%s has this %d times, and not once:\n%s", path, n, before.String())
		}
		changed = strings.Replace(changed, before.String(), after.String(), 1)
	}
	return os.WriteFile(path, []byte(changed), 0o644)
}

func TestPrinted(t *testing.T) {
	for _, test := range []struct {
		want, got string
		match     bool
	}{
		{"a\n", "a\n", true},
		{"a\n", "a\nb\n", false},
		{"a\n", "b\na\n", false},
		{"a … c\n", "a b c\n", true},
		{"a … c\n", "a b d\n", false},
		{"a\n…\nc\n", "a\nb\nb\nc\n", true},
		{"a\n…\nc\n", "a\nb\n", false},
		{"", "a\n", false},
		{"a.c\n", "abc\n", false},
	} {
		if got := printed(test.want).MatchString(test.got); got != test.match {
			t.Errorf("%q for %q: %v", test.want, test.got, got)
		}
	}
}

func TestChange(t *testing.T) {
	p := &play{dir: t.TempDir()}
	path := filepath.Join(p.dir, "f")
	writeFile(t, path, "a\nb\nb\nc\nd\n")
	if err := p.change("f", " a\n-b\n+x\n@@\n c\n+y\n d\n"); err != nil {
		t.Fatal(err)
	}
	if got, err := os.ReadFile(path); err != nil || string(got) != "a\nx\nb\nc\ny\nd\n" {
		t.Errorf("got %q, %v", got, err)
	}
	for _, wrong := range []string{"-gone\n", "\n"} {
		if err := p.change("f", wrong); err == nil {
			t.Errorf("%q was accepted", wrong)
		}
	}
}
