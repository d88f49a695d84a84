package topology

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/signalgen/signalgen/generator"
)

var update = flag.Bool("update", false, "write what is found into the files that say what is wanted")

const waysModule = "example.com/ways/"

// TestWays looks at one or more packages for each way to send and to hear. Each file in
// testdata/ways is a folder of one module; its file want has what should be known about
// it.
func TestWays(t *testing.T) {
	files, err := filepath.Glob("testdata/ways/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("%d files, error %v", len(files), err)
	}
	dir := t.TempDir()
	writeModule(t, dir, "example.com/ways")
	archives := make(map[string]*txtar.Archive)
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".txtar")
		archive, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		archives[name] = archive
		extract(t, filepath.Join(dir, name), archive)
	}
	generateAll(t, dir)
	model, err := Load(t.Context(), Options{Dir: dir, Tests: true})
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".txtar")
		t.Run(name, func(t *testing.T) { compare(t, file, archives[name], describeOf(model, name)) })
	}
}

// writeModule makes dir a module that uses this repository.
func writeModule(t *testing.T, dir, path string) {
	t.Helper()
	repository, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("GOWORK", "off")
	const signalgen = "github.com/signalgen/signalgen"
	text := "module " + path + "\n\ngo 1.26.0\n\nrequire " + signalgen + " v0.0.0\n\nreplace " + signalgen + " => " + repository + "\n"
	if err := os.WriteFile(filepath.Join(dir, "go.mod"), []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}

// extract writes the files of an archive, except the file want.
func extract(t *testing.T, dir string, archive *txtar.Archive) {
	t.Helper()
	for _, file := range archive.Files {
		if file.Name == "want" {
			continue
		}
		path := filepath.Join(dir, file.Name)
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, file.Data, 0o666); err != nil {
			t.Fatal(err)
		}
	}
}

// generateAll generates what the packages under dir need, and wires their programs.
func generateAll(t *testing.T, dir string) {
	t.Helper()
	_, err := generator.Generate(t.Context(), generator.Options{Dir: dir, Patterns: []string{"./..."}})
	if err != nil && !strings.Contains(err.Error(), "bad.go") {
		t.Fatal(err)
	}
	mains, err := filepath.Glob(filepath.Join(dir, "*", "wired*", "main.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, main := range mains {
		program := filepath.Dir(main)
		if _, err := generator.Wire(t.Context(), generator.Options{Dir: program, Patterns: []string{"../..."}}); err != nil {
			t.Fatal(err)
		}
	}
}

// compare compares what is found with the file want of an archive.
func compare(t *testing.T, path string, archive *txtar.Archive, got string) {
	t.Helper()
	i := slices.IndexFunc(archive.Files, func(f txtar.File) bool { return f.Name == "want" })
	if i < 0 {
		archive.Files = append(archive.Files, txtar.File{Name: "want"})
		i = len(archive.Files) - 1
	}
	if want := string(archive.Files[i].Data); got == want {
		return
	} else if !*update {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
		return
	}
	archive.Files[i].Data = []byte(got)
	if err := os.WriteFile(path, txtar.Format(archive), 0o666); err != nil {
		t.Fatal(err)
	}
}

// A description lists what a model has about the packages in one folder.
type description struct {
	strings.Builder
	folder string
}

func describeOf(m *Model, folder string) string {
	d := &description{folder: folder + "/"}
	for _, s := range m.Signals {
		d.line(s.Package, "signal %s at %s: %s", s.ID, s.Pos, signalText(s))
	}
	for _, s := range m.Sends {
		d.line(s.In.Package, "send %s%s %s in %s at %s%s", s.Signal, typeArgs(s.TypeArgs), s.Way, s.In.Name, s.Pos,
			flags("value", s.Value, "conditional", s.Conditional, "concurrent", s.Concurrent, "test", s.Test)+chained(" of ", s.Chained))
	}
	for _, r := range m.Receives {
		d.line(r.In.Package, "receive %s%s %s by %s %s in %s at %s%s", r.Signal, typeArgs(r.TypeArgs), r.How, r.Kind, r.Receiver.Name, r.In.Name, r.Pos,
			options(r.Options)+flags("test", r.Test)+chained(" to ", r.Chained))
	}
	for _, a := range m.Annotated {
		d.line(a.Receiver.Package, "annotated %s %s%s", a.Signal, a.Receiver.Name, flags("connected", a.Connected, "test", a.Test))
	}
	for _, b := range m.Bridges {
		d.line(b.In.Package, "bridge %s %s in %s at %s%s%s", b.Signal, b.Way, b.In.Name, b.Pos, chained(" group ", b.Group), chained(" key ", b.Key))
	}
	for _, u := range m.Unknown {
		d.line(u.In.Package, "unknown %s in %s at %s: %s", u.Signal, u.In.Name, u.Pos, u.Reason)
	}
	for _, c := range m.Calls {
		d.line(c.Caller.Package, "call of %s in %s at %s%s", c.Callee.Name, c.Caller.Name, c.Pos,
			flags("conditional", c.Conditional, "concurrent", c.Concurrent))
	}
	for _, f := range m.Faults {
		d.line(f.Package, "fault at %s:%d: %s", f.Pos, f.Pos.Column, f.Message)
	}
	return d.String()
}

// line adds a line, if it is about the folder, without the path to it.
func (d *description) line(path, format string, args ...any) {
	if !strings.HasPrefix(path+"/", waysModule+d.folder) && !strings.HasPrefix(path, waysModule+strings.TrimSuffix(d.folder, "/")+"_test") {
		return
	}
	text := fmt.Sprintf(format, args...)
	text = strings.ReplaceAll(text, waysModule+d.folder, "")
	text = strings.ReplaceAll(text, waysModule, "")
	d.WriteString(strings.ReplaceAll(text, " "+d.folder, " ") + "\n")
}

func signalText(s Signal) string {
	var args []string
	for _, a := range s.Args {
		if a.Variadic {
			a.Type = "..." + a.Type
		}
		args = append(args, strings.TrimSpace(a.Name+" "+a.Type))
	}
	text := fmt.Sprintf("%s (%s)", s.Form, strings.Join(args, ", "))
	if s.Result != "" {
		text += " " + s.Result
	}
	return text + flags("fails", s.Fails, "generic", s.Generic, "private", s.Private, "wired", s.Wired) +
		chained(" sender ", s.Sender) + chained(" named ", map[bool]string{true: s.Name}[s.Named]) + chained(" doc ", s.Doc)
}

func typeArgs(args []string) string {
	if args == nil {
		return ""
	}
	return "[" + strings.Join(args, ", ") + "]"
}

// flags returns the names of those that are set.
func flags(pairs ...any) string {
	text := ""
	for i := 0; i < len(pairs); i += 2 {
		if pairs[i+1].(bool) {
			text += " " + pairs[i].(string)
		}
	}
	return text
}

func chained(what, value string) string {
	if value == "" {
		return ""
	}
	return what + value
}

func options(o ConnectOptions) string {
	if o == (ConnectOptions{}) {
		return ""
	}
	text := strings.NewReplacer("{", "", "}", "").Replace(fmt.Sprintf("%+v", o))
	fields := slices.DeleteFunc(strings.Fields(text), func(f string) bool {
		return strings.HasSuffix(f, ":") || strings.HasSuffix(f, ":0") || strings.HasSuffix(f, ":false")
	})
	return " " + strings.Join(fields, " ")
}
