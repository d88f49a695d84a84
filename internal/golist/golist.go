// Package golist lists packages with the go command, and puts its errors on one line.
package golist

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/tools/go/packages"
)

// Ask asks the go command once for packages, by patterns.
func Ask(config *packages.Config, patterns []string) ([]*packages.Package, error) {
	queries := make([]string, len(patterns))
	for i, p := range patterns {
		queries[i] = "pattern=" + p
	}
	listed, err := packages.Load(config, queries...)
	if err != nil {
		return nil, fmt.Errorf("listing packages: %s", Complaint(err.Error()))
	}
	return listed, nil
}

// List is Ask for patterns from a user. It returns an error if one is a file, or if
// they match no package.
func List(config *packages.Config, patterns []string) ([]*packages.Package, error) {
	for _, p := range patterns {
		if info, err := os.Stat(filepath.Join(config.Dir, p)); err == nil && info.Mode().IsRegular() {
			return nil, fmt.Errorf("%s is a file; wanted a package, such as ./server", p)
		}
	}
	listed, err := Ask(config, patterns)
	if err != nil {
		return nil, err
	}
	if len(listed) == 0 {
		return nil, fmt.Errorf("no package matches %s; a pattern does not enter nested modules, those below with a go.mod of their own", strings.Join(patterns, " "))
	}
	return listed, nil
}

// Missing returns what the go command says about a pattern that matches nothing,
// without the path of the folder where it was asked.
func Missing(e packages.Error, dir string) string {
	msg := Unfold(e.Msg)
	if strings.Contains(msg, "does not contain modules listed in go.work") {
		msg += "; the pattern for all modules of a workspace is work"
	}
	return strings.ReplaceAll(msg, dir+string(filepath.Separator), "")
}

// Unfold puts a message of the go command on one line.
func Unfold(msg string) string { return strings.Join(strings.Fields(msg), " ") }

// Complaint returns the error that the go command has printed. If it has printed none,
// it returns the error of running the go command.
func Complaint(msg string) string {
	failure, said, _ := strings.Cut(msg, "stderr: ")
	failure = strings.TrimSuffix(strings.TrimPrefix(Unfold(failure), "err: "), ":")
	said = strings.TrimPrefix(Unfold(said), "go: ")
	switch {
	case said == "":
		return failure
	case strings.Contains(failure, "signal: "):
		return said + " (" + failure + ")"
	default:
		return said
	}
}
