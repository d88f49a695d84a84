package embedded_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/signalgen/signalgen/bridge/nats/embedded"
)

func TestReadyInProcessWithoutSocket(t *testing.T) {
	began := time.Now()
	server, err := embedded.Start()
	if err != nil {
		t.Fatal(err)
	}
	t.Log("ready after", time.Since(began))
	defer server.Shutdown()
	if url := server.URL(); url != "" {
		t.Errorf("it listens on %s", url)
	}
	if _, err := server.Transport(t.Context()); err != nil {
		t.Error(err)
	}
	if left, _ := filepath.Glob(filepath.Join(os.TempDir(), "signalgen-nats-*")); len(left) == 0 {
		t.Error("the temporary folder is not where this test looks for it")
	}
	server.Shutdown()
	server.Shutdown()
}

func TestLeavesNoFolder(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	server, err := embedded.Start()
	if err != nil {
		t.Fatal(err)
	}
	server.Shutdown()
	if left, _ := filepath.Glob(filepath.Join(os.TempDir(), "*")); len(left) != 0 {
		t.Errorf("left behind: %q", left)
	}
}

func TestListensForOthers(t *testing.T) {
	server, err := embedded.Start(embedded.Listen("127.0.0.1:0"))
	if err != nil {
		t.Fatal(err)
	}
	defer server.Shutdown()
	nc, err := nats.Connect(server.URL())
	if err != nil {
		t.Fatal(err)
	}
	nc.Close()
}

func TestStartErrors(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	server, err := embedded.Start(embedded.Listen("127.0.0.1:0"))
	if err != nil {
		t.Fatal(err)
	}
	defer server.Shutdown()

	for _, test := range []struct {
		name   string
		option embedded.Option
	}{
		{"a file for a folder", embedded.Folder(file)},
		{"no port", embedded.Listen("localhost")},
		{"a port that is none", embedded.Listen("localhost:nats")},
		{"a port in use", embedded.Listen(server.URL()[len("nats://"):])},
	} {
		t.Run(test.name, func(t *testing.T) {
			server, err := embedded.Start(test.option)
			if err == nil {
				server.Shutdown()
				t.Fatal("no error")
			}
			t.Log(err)
		})
	}
}
