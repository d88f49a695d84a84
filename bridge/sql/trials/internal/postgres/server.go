// Package postgres runs temporary PostgreSQL servers.
package postgres

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // to check that a server is up
)

// startTimeout is how long a server may take to start, including recovery from a crash.
const startTimeout = time.Minute

// A Server is a server with its own directory and port. It is used by one goroutine at a
// time.
type Server struct {
	dir  string
	port int
	cmd  *exec.Cmd
	log  *os.File
}

// Start creates a database cluster in a temporary directory and starts a server for it. It
// needs initdb and postgres in PATH or in /usr/lib/postgresql. PostgreSQL refuses to run as
// root, so if root calls Start the server runs as user postgres.
func Start(ctx context.Context) (*Server, error) {
	s, err := start(ctx)
	if err != nil {
		return nil, fmt.Errorf("postgres: %w", err)
	}
	return s, nil
}

func start(ctx context.Context) (*Server, error) {
	dir, err := os.MkdirTemp("", "postgres-")
	if err != nil {
		return nil, err
	}
	s := &Server{dir: dir}
	if s.port, err = freePort(ctx); err == nil {
		err = s.prepare(ctx)
	}
	if err == nil {
		err = s.Run(ctx)
	}
	if err != nil {
		return nil, errors.Join(err, s.Stop())
	}
	return s, nil
}

// prepare creates the cluster.
func (s *Server) prepare(ctx context.Context) (err error) {
	if os.Getuid() == 0 {
		if out, err := exec.CommandContext(ctx, "chown", "postgres", s.dir).CombinedOutput(); err != nil {
			return fmt.Errorf("chown: %w: %s", err, out)
		}
	}
	initdb, err := s.command("initdb", "-D", s.data(), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync")
	if err != nil {
		return err
	}
	if out, err := initdb.CombinedOutput(); err != nil {
		return fmt.Errorf("initdb: %w: %s", err, out)
	}
	s.log, err = os.Create(filepath.Join(s.dir, "log"))
	return err
}

// data returns the directory of the cluster.
func (s *Server) data() string { return filepath.Join(s.dir, "data") }

// Run starts the server again after Kill, and waits until it accepts connections.
func (s *Server) Run(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	for {
		exited, err := s.launch()
		if err != nil {
			return err
		}
		if err = s.await(ctx, exited); err == nil {
			return nil
		}
		if ctx.Err() != nil {
			return fmt.Errorf("%w: %s", err, s.lastLines())
		}
		// Children of the killed server still hold its shared memory.
		time.Sleep(50 * time.Millisecond)
	}
}

// launch starts the process. exited is closed when the process has ended.
func (s *Server) launch() (exited <-chan struct{}, err error) {
	s.cmd, err = s.command("postgres", "-D", s.data(), "-p", strconv.Itoa(s.port), "-k", s.dir,
		"-c", "listen_addresses=127.0.0.1", "-c", "max_connections=200")
	if err != nil {
		return nil, err
	}
	s.cmd.Stdout, s.cmd.Stderr = s.log, s.log
	if err := s.cmd.Start(); err != nil {
		return nil, err
	}
	ended := make(chan struct{})
	go func() {
		_ = s.cmd.Wait() // returns that it was killed
		close(ended)
	}()
	return ended, nil
}

// await waits until the server accepts connections or has ended.
func (s *Server) await(ctx context.Context, exited <-chan struct{}) error {
	db, err := sql.Open("pgx", s.URL("postgres"))
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	for {
		if err = db.PingContext(ctx); err == nil {
			return nil
		}
		select {
		case <-exited:
			return errors.Join(errors.New("the server has ended"), err)
		case <-ctx.Done():
			return errors.Join(ctx.Err(), err)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// URL returns the URL of one of the databases, which need not exist.
func (s *Server) URL(database string) string {
	return fmt.Sprintf("postgres://postgres@127.0.0.1:%d/%s?sslmode=disable", s.port, database)
}

// Kill kills the server and the processes of its connections as kill -9 does.
func (s *Server) Kill() error {
	children := childrenOf(s.cmd.Process.Pid)
	err := s.cmd.Process.Kill()
	for _, pid := range children {
		if p, err := os.FindProcess(pid); err == nil {
			_ = p.Kill() // most have ended with the server
		}
	}
	return err
}

// Stop kills the server and removes its directory. It may be called after Kill.
func (s *Server) Stop() error {
	if s.cmd != nil {
		_ = s.Kill() // fails after Kill
	}
	if s.log != nil {
		_ = s.log.Close()
	}
	return os.RemoveAll(s.dir)
}

// childrenOf returns the child processes of a process, on systems that have /proc.
func childrenOf(pid int) (children []int) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/task/%d/children", pid, pid))
	if err != nil {
		return nil
	}
	for field := range strings.FieldsSeq(string(text)) {
		if pid, err := strconv.Atoi(field); err == nil {
			children = append(children, pid)
		}
	}
	return children
}

// command returns a command for one of PostgreSQL's programs.
func (s *Server) command(name string, args ...string) (*exec.Cmd, error) {
	path, err := find(name)
	if err != nil {
		return nil, err
	}
	cmd := exec.Command(path, args...)
	if os.Getuid() == 0 {
		cmd = exec.Command("setpriv", append([]string{"--reuid=postgres", "--regid=postgres", "--clear-groups", path}, args...)...)
	}
	cmd.Dir = s.dir
	return cmd, nil
}

// find finds a program in PATH or in Debian's directory for PostgreSQL.
func find(name string) (path string, err error) {
	if path, err = exec.LookPath(name); err == nil {
		return path, nil
	}
	all, _ := filepath.Glob("/usr/lib/postgresql/*/bin/" + name) // fails for bad patterns only
	if len(all) == 0 {
		return "", err
	}
	return all[len(all)-1], nil
}

// freePort returns a port that is free at the time of the call.
func freePort(ctx context.Context) (int, error) {
	var config net.ListenConfig
	l, err := config.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	return l.Addr().(*net.TCPAddr).Port, l.Close()
}

// lastLines returns the end of the server's log.
func (s *Server) lastLines() string {
	text, err := os.ReadFile(s.log.Name())
	if err != nil {
		return err.Error()
	}
	return string(bytes.TrimSpace(text[max(0, len(text)-1000):]))
}
