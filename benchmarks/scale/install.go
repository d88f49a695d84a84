package main

import (
	"context"
	"debug/buildinfo"
	"fmt"
	"os"
	"path/filepath"

	"github.com/signalgen/signalgen/benchmarks/internal/bench"
)

// A tool is a generator that is installed.
type tool struct {
	generator
	command string // path of its binary, which has the generator's name
	version string // empty for signalgen
}

// install builds the generators: signalgen from the repository into the folder work,
// the others into benchmarks/tools/bin. It returns those that it could build, and why
// it could not build the others.
func install(ctx context.Context, root, work string, wanted []generator) (tools []tool, missing []error, err error) {
	module := filepath.Join(root, "benchmarks", "tools")
	bin := filepath.Join(module, "bin")
	for _, g := range wanted {
		_, _ = fmt.Fprintln(os.Stderr, "installing", g)
		if g.path == "" {
			command, err := bench.BuildSignalgen(ctx, root, work)
			if err != nil {
				return nil, nil, err
			}
			tools = append(tools, tool{g, command, ""})
			continue
		}
		// One at a time: "install tool" would install none if one fails.
		if err := bench.Run(ctx, module, bench.Env("GOBIN="+bin), "go", "install", g.path); err != nil {
			missing = append(missing, fmt.Errorf("%s could not be installed: %w", g, err))
			continue
		}
		command := filepath.Join(bin, g.name)
		tools = append(tools, tool{g, command, version(command)})
	}
	return tools, missing, ctx.Err()
}

// version returns the version of the module that a command was built from.
func version(command string) string {
	info, err := buildinfo.ReadFile(command)
	if err != nil {
		return ""
	}
	return info.Main.Version
}
