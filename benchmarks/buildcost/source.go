package main

import (
	"fmt"
	"path"
	"strings"
)

// foreign are the types of a signature's parameters and values.
var foreign = []string{
	"time.Time", "netip.Addr", "*url.URL", "io.Reader", "fs.FileMode", "*bytes.Buffer",
	"time.Duration", "netip.Prefix", "url.Values", "io.Writer", "fs.FileInfo", "hash.Hash",
	"time.Month", "netip.AddrPort", "slog.Level", "os.Signal",
}

// standard are the packages of the standard library that events name.
var standard = []string{"bytes", "context", "hash", "io", "io/fs", "log/slog", "net/netip", "net/url", "os", "time"}

// source returns a file of the package pkg. It imports the others, and what the body
// names from the standard library.
func source(pkg, body string, others ...string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "package %s\n\nimport (\n", pkg)
	for _, p := range standard {
		if strings.Contains(body, path.Base(p)+".") {
			fmt.Fprintf(&b, "\t%q\n", p)
		}
	}
	for _, p := range others {
		fmt.Fprintf(&b, "\n\t%q\n", p)
	}
	return b.String() + ")\n" + body
}
