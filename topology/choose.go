package topology

import (
	"os"
	"regexp"

	"golang.org/x/tools/go/packages"
)

// choose returns the packages that must be read: those that can name a signal or
// declare a receiver, those between them, through which one calls another, and package
// main. A package that does not compile is read for its faults. Packages that merely
// import others that send and hear are not type-checked, unless all are wanted.
func choose(listed []*packages.Package, all bool) []*packages.Package {
	read := make(map[*packages.Package]bool)
	above := reaching(runtimePath)
	var include func(p *packages.Package)
	include = func(p *packages.Package) {
		if read[p] || !above(p) {
			return
		}
		read[p] = true
		for _, imported := range p.Imports {
			include(imported)
		}
	}
	for _, p := range listed {
		if above(p) && (all || isNear(p) || mentions(p, methodCall)) {
			include(p)
		}
	}
	broken := broken(listed)
	var chosen []*packages.Package
	for _, p := range listed {
		if read[p] || broken[p] || p.Name == "main" && above(p) || mentions(p, receiverDirective) {
			chosen = append(chosen, p)
		}
	}
	return chosen
}

// importedNear returns the packages that import the runtime, directly or not, and that
// listed packages import without being listed themselves.
func importedNear(listed []*packages.Package) []*packages.Package {
	isListed := make(map[string]bool)
	for _, p := range listed {
		isListed[p.PkgPath] = true
	}
	var imported []*packages.Package
	above := reaching(runtimePath)
	packages.Visit(listed, above, func(p *packages.Package) {
		if !isListed[p.PkgPath] && above(p) && p.PkgPath != runtimePath {
			imported = append(imported, p)
		}
	})
	return imported
}

// broken returns the packages with errors, and those that were not compiled, with the
// packages that import them.
func broken(listed []*packages.Package) map[*packages.Package]bool {
	broken := make(map[*packages.Package]bool)
	for _, p := range listed {
		broken[p] = broken[p] || len(p.Errors) > 0
		for _, imported := range p.Imports {
			if !hasExport(imported) && imported.PkgPath != "unsafe" {
				broken[p], broken[imported] = true, true
			}
		}
	}
	return broken
}

// reaching returns a func that reports whether a package imports path, directly or not.
func reaching(path string) func(*packages.Package) bool {
	known := make(map[*packages.Package]bool)
	var reaches func(p *packages.Package) bool
	reaches = func(p *packages.Package) bool {
		if found, ok := known[p]; ok {
			return found
		}
		known[p] = false
		found := p.PkgPath == path
		for _, imported := range p.Imports {
			found = reaches(imported) || found
		}
		known[p] = found
		return found
	}
	return reaches
}

// isNear reports whether a package declares signals or imports one that does, that is,
// one that imports the runtime.
func isNear(p *packages.Package) bool {
	if p.Imports[runtimePath] != nil {
		return true
	}
	for _, imported := range p.Imports {
		if imported.Imports[runtimePath] != nil {
			return true
		}
	}
	return false
}

var (
	// methodCall matches a call of a signal's method, for packages that got a signal
	// without importing its package.
	methodCall = regexp.MustCompile(`\.(Connect|Send|Each|Next|Events|Tap)\w*\(|ConnectReceivers`)

	// receiverDirective matches the directive of a receiver whose package does not
	// import that of the signal.
	receiverDirective = regexp.MustCompile(`(?m)^//signalgen:receiver `)
)

// mentions reports whether a file of a package contains the text.
func mentions(p *packages.Package, text *regexp.Regexp) bool {
	for _, name := range p.GoFiles {
		found, err := os.ReadFile(name)
		if err == nil && text.Match(found) {
			return true
		}
	}
	return false
}
