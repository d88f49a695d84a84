package main

import (
	"encoding/json"
	"fmt"
	"io"
	"runtime/debug"
)

// version is the module's version, as the go command has recorded it in the binary.
func version() string {
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "(devel)"
}

func printVersion(asJSON bool, w io.Writer) {
	if !asJSON {
		_, _ = fmt.Fprintln(w, "signalgen", version())
		return
	}
	_ = json.NewEncoder(w).Encode(map[string]string{"version": version()}) // if the output is closed, nobody reads it
}
