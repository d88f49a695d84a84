package embedded_test

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/signalgen/signalgen/bridge/nats/embedded"
)

// serveFolder runs a server on a folder until it or its parent process is killed.
func serveFolder(dir string) error {
	server, err := embedded.Start(embedded.Folder(dir))
	if err != nil {
		return err
	}
	defer server.Shutdown()
	fmt.Println("runs")
	_, err = io.Copy(io.Discard, os.Stdin)
	return err
}

// starts starts a server on a folder that must not be in use.
func starts(t *testing.T, dir string) *embedded.Server {
	t.Helper()
	server, err := embedded.Start(embedded.Folder(dir))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Shutdown)
	return server
}

// inUse checks that a server does not start on a folder that another server uses.
func inUse(t *testing.T, dir string) {
	t.Helper()
	server, err := embedded.Start(embedded.Folder(dir))
	if err == nil {
		server.Shutdown()
		t.Fatal("two servers run on one folder")
	}
	if !strings.Contains(err.Error(), "folder "+dir+" is in use by another server") {
		t.Error(err)
	}
}

func TestFolderIsForOneServer(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "not", "made")
	first := starts(t, dir)
	inUse(t, dir)
	inUse(t, dir+string(filepath.Separator)+".") // by another name
	transport, err := first.Transport(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	publish(t, transport, 1, 3)
	first.Shutdown()

	transport, err = starts(t, dir).Transport(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	heard := hear(t, t.Context(), transport, "mailer")
	for range 3 {
		next(t, heard).Settle(nil)
	}
}

func TestFolderIsFreeAfterAFailedStart(t *testing.T) {
	dir := t.TempDir()
	other, err := embedded.Start(embedded.Listen("127.0.0.1:0"))
	if err != nil {
		t.Fatal(err)
	}
	defer other.Shutdown()
	if _, err := embedded.Start(embedded.Folder(dir), embedded.Listen(strings.TrimPrefix(other.URL(), "nats://"))); err == nil {
		t.Fatal("two servers listen on one port")
	}
	starts(t, dir)
}

func TestFolderOfAnotherProcess(t *testing.T) {
	dir := t.TempDir()
	for range 3 {
		p := start(t, "server", dir)
		p.says(t, "runs")
		inUse(t, dir)
		p.kill()
	}
	starts(t, dir)
}
