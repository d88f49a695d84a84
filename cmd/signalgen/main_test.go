package main

import (
	"flag"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

var update = flag.Bool("update", false, "write what the commands print into the scripts")

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"signalgen": main})
}

// TestScripts runs the command as its users do: each script in testdata is a
// module, commands, and what they must print.
func TestScripts(t *testing.T) {
	repository, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir:           "testdata",
		UpdateScripts: *update,
		Setup: func(env *testscript.Env) error {
			env.Setenv("REPOSITORY", repository)
			for _, name := range []string{"GOCACHE", "GOMODCACHE", "GOPROXY", "GOFLAGS"} {
				value, err := goEnv(name)
				if err != nil {
					return err
				}
				env.Setenv(name, value)
			}
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"module": initModule},
	})
}

// initModule is the script command "module PATH", which makes the working
// folder a module that uses this repository, as the README tells users to.
func initModule(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: module PATH")
	}
	const signalgen = "github.com/signalgen/signalgen"
	ts.Check(ts.Exec("go", "mod", "init", args[0]))
	ts.Check(ts.Exec("go", "mod", "edit",
		"-require="+signalgen+"@v0.0.0",
		"-replace="+signalgen+"="+ts.Getenv("REPOSITORY"),
		"-tool="+signalgen+"/cmd/signalgen"))
	ts.Check(ts.Exec("go", "mod", "tidy"))
}

func goEnv(name string) (string, error) {
	out, err := exec.Command("go", "env", name).Output()
	return strings.TrimSpace(string(out)), err
}
