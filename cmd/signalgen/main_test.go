package main

import (
	"bytes"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"golang.org/x/mod/module"
	"golang.org/x/mod/zip"
)

var update = flag.Bool("update", false, "write what the commands print into the scripts")

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"signalgen": main})
}

// TestScripts runs the command as users do: each script in testdata is a module,
// commands, and what they must print. With -short, scripts that compile anything are
// left out.
func TestScripts(t *testing.T) {
	repository, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Files:         scripts(t),
		UpdateScripts: *update,
		Setup: func(env *testscript.Env) error {
			env.Setenv("REPOSITORY", repository)
			env.Setenv("GOWORK", "off") // there may be a workspace above the scripts' folders
			for _, name := range []string{"GOCACHE", "GOMODCACHE", "GOPROXY", "GOFLAGS"} {
				value, err := goEnv(name)
				if err != nil {
					return err
				}
				env.Setenv(name, value)
			}
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"module": initModule, "published": publish},
	})
}

// compiles matches a command of a script that takes seconds.
var compiles = regexp.MustCompile(`(?m)^(\[.*\] )?(! )?exec go (build|generate|get|run|test|tool|vet) |^published `)

// scripts returns the scripts to run.
func scripts(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("%d scripts, error %v", len(files), err)
	}
	return slices.DeleteFunc(files, func(file string) bool {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		return testing.Short() && compiles.Match(text)
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

// publish is the script command "published VERSION": from then on, the go command
// finds this repository as a module of that version.
func publish(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: published VERSION")
	}
	version := module.Version{Path: "github.com/signalgen/signalgen", Version: args[0]}
	dir := ts.MkAbs("proxy/" + version.Path + "/@v/")
	ts.Check(os.MkdirAll(dir, 0o755))
	repository := ts.Getenv("REPOSITORY")
	file := func(name string, text []byte) {
		ts.Check(os.WriteFile(filepath.Join(dir, name), text, 0o644))
	}
	mod, err := os.ReadFile(filepath.Join(repository, "go.mod"))
	ts.Check(err)
	file("list", []byte(version.Version+"\n"))
	file(version.Version+".info", []byte(`{"Version": "`+version.Version+`"}`))
	file(version.Version+".mod", mod)
	var archive bytes.Buffer
	ts.Check(zip.CreateFromDir(&archive, version, repository))
	file(version.Version+".zip", archive.Bytes())

	proxies := []string{"file://" + ts.MkAbs("proxy"), "file://" + filepath.Join(ts.Getenv("GOMODCACHE"), "cache", "download")}
	ts.Setenv("GOPROXY", strings.Join(append(proxies, ts.Getenv("GOPROXY")), ","))
	ts.Setenv("GONOSUMDB", "*")
	ts.Setenv("GOMODCACHE", ts.MkAbs("modules"))
	ts.Setenv("GOFLAGS", "-modcacherw")
}

func goEnv(name string) (string, error) {
	out, err := exec.Command("go", "env", name).Output()
	return strings.TrimSpace(string(out)), err
}
