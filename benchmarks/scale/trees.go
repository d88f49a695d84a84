package main

import (
	"bufio"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/signalgen/signalgen/benchmarks/internal/bench"
)

// A kind of tree says what its packages import.
type kind string

const (
	light kind = "light" // context and time
	heavy kind = "heavy" // net/http too, with all that it imports
)

var kinds = []kind{light, heavy}

func (k kind) String() string { return string(k) }

// A tree is a module of packages with one file each, [source].
type tree struct {
	dir  string
	root string // of the repository that it uses
	size bench.Size
	kind kind
}

// module is the path of a tree's module.
const module = "example.com/tree"

// source is the name of the file with a package's declarations.
const source = "declarations.go"

// packages returns the names of the packages, which are those of their folders.
func (t tree) packages() []string {
	list := make([]string, t.size.Packages)
	for i := range list {
		list[i] = "p" + strconv.Itoa(i+1)
	}
	return list
}

// numbered returns name with each of the numbers of a package's signals.
func (t tree) numbered(name string) []string {
	list := make([]string, t.size.Signals)
	for i := range list {
		list[i] = name + strconv.Itoa(i+1)
	}
	return list
}

// write writes the tree's files, at a revision. From one revision to the next
// the first declaration of each kind changes in every package.
func (t tree) write(revision int) error {
	if err := bench.WriteFile(filepath.Join(t.dir, "go.mod"), bench.ModFile(module, t.root)); err != nil {
		return err
	}
	for _, name := range t.packages() {
		if err := t.writePackage(name, revision); err != nil {
			return err
		}
	}
	return nil
}

// writePackage writes the file of a package. It writes piece by piece: this
// process must stay small, see measure.go.
func (t tree) writePackage(name string, revision int) (err error) {
	dir := filepath.Join(t.dir, name)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	file, err := os.Create(filepath.Join(dir, source))
	if err != nil {
		return err
	}
	out := bufio.NewWriter(file)
	defer func() {
		if err == nil {
			err = out.Flush()
		}
		if closed := file.Close(); err == nil {
			err = closed
		}
	}()
	texts := declarations[t.kind]
	_, err = strings.NewReplacer("$P", name).WriteString(out, texts.head)
	for i := 0; i < t.size.Signals && err == nil; i++ {
		text := texts.payload
		if i%signatureEvery == signatureEvery-1 {
			text = texts.signature
		}
		mark := ""
		if i == 0 {
			mark = marker(revision)
		}
		_, err = strings.NewReplacer("$N", strconv.Itoa(i+1), "$M", mark).WriteString(out, text+texts.others)
	}
	return err
}

// marker is part of a name in each declaration that changes with the revision. The
// output of every generator has it too, which shows that the generator did its work.
func marker(revision int) string { return "Rev" + strconv.Itoa(revision) + "X" }

// signatureEvery says that one of so many signals is a signature.
const signatureEvery = 4

// declarations has the source of packages. $P is the package's name, $N a
// signal's number, and $M the marker of the revision in the first signal.
var declarations = map[kind]struct{ head, payload, signature, others string }{
	light: {lightHead, lightPayload, lightSignature, lightOthers},
	heavy: {heavyHead, heavyPayload, heavySignature, heavyOthers},
}

const lightHead = `// Package $P has declarations for several generators.
package $P

import (
	"context"
	"time"
)
`

const lightPayload = `
// Event$N is sent with a Name$M.
//
//signalgen:signal
type Event$N struct {
	Name$M string
	After  time.Duration
}
`

const lightSignature = `
// Event$N is sent with a name$M.
//
//signalgen:signal
type Event$N func(ctx context.Context, name$M string, after time.Duration) (time.Time, error)
`

const lightOthers = enums + `
// Store$N is mocked.
type Store$N interface {
	Load$M(ctx context.Context, name string, after time.Duration) (time.Time, error)
}

// Record$N is copied.
//
// +kubebuilder:object:generate=true
type Record$N struct {
	Names$M []string
	After   time.Duration
}
`

const heavyHead = `// Package $P has declarations for several generators.
package $P

import (
	"context"
	"net/http"
	"time"
)
`

const heavyPayload = `
// Event$N is sent with a Name$M.
//
//signalgen:signal
type Event$N struct {
	Name$M  string
	After   time.Duration
	Request *http.Request
}
`

const heavySignature = `
// Event$N is sent with a name$M.
//
//signalgen:signal
type Event$N func(ctx context.Context, name$M string, request *http.Request) (*http.Response, error)
`

const heavyOthers = enums + `
// Store$N is mocked.
type Store$N interface {
	Load$M(ctx context.Context, name string, request *http.Request) (*http.Response, error)
}

// Record$N is copied.
//
// +kubebuilder:object:generate=true
type Record$N struct {
	Names$M []string
	After   time.Duration
	Header  http.Header
}
`

// enums needs no imports.
const enums = `
// Level$N has a String method.
type Level$N int

// The levels.
const (
	Low$M$N Level$N = iota
	Middle$N
	High$N
)

// Color$N is parsed, too.
//
// ENUM(red$M, green, blue)
type Color$N int
`
