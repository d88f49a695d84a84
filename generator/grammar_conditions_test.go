package generator_test

import (
	"runtime"
	"strings"
)

// condition says in which builds a file is, by a line or by its name's ending.
type condition struct{ constraint, suffix string }

// buildTag is set when the module is tested.
const buildTag = "fuzzed"

// elsewhere is a system for which the module is not tested, but sometimes vetted.
const elsewhere = "plan9"

// conditions returns a condition that holds in the tests, and one that excludes it.
func (d dice) conditions() (here, other condition) {
	if d.oneIn(4) && !avoids("files for a system and an architecture") {
		return d.platforms()
	}
	pair := pick(d,
		[2]condition{{constraint: "HERE"}, {constraint: "!HERE"}},
		[2]condition{{constraint: "HERE"}, {constraint: "ELSEWHERE"}},
		[2]condition{{constraint: "!ELSEWHERE"}, {suffix: "_ELSEWHERE"}},
		[2]condition{{constraint: "(HERE || ELSEWHERE) && TAG"}, {constraint: "(HERE || ELSEWHERE) && !TAG"}},
		[2]condition{{constraint: "TAG"}, {constraint: "!TAG"}},
		[2]condition{{constraint: "!absent"}, {constraint: "absent"}},
		[2]condition{{constraint: "go1.24"}, {constraint: "!go1.24 && !TAG"}},
		[2]condition{{constraint: "HERE && old || TAG"}, {constraint: "!(HERE && old) && !TAG"}},
		[2]condition{{suffix: "_HERE"}, {suffix: "_ELSEWHERE"}},
		[2]condition{{suffix: "_ARCH"}, {suffix: "_386"}},
		[2]condition{{suffix: "_HERE", constraint: "TAG"}, {suffix: "_HERE", constraint: "!TAG"}},
	)
	return pair[0].here(), pair[1].here()
}

// platforms returns such conditions that name architectures.
func (d dice) platforms() (here, other condition) {
	pair := pick(d,
		[2]condition{{suffix: "_HERE_ARCH"}, {suffix: "_ELSEWHERE_386"}},
		[2]condition{{suffix: "_HERE", constraint: "ARCH && TAG"}, {suffix: "_HERE", constraint: "!ARCH && TAG"}},
		[2]condition{{constraint: "HERE && ARCH || TAG"}, {constraint: "!(HERE && ARCH) && !TAG"}},
	)
	return pair[0].here(), pair[1].here()
}

// here fills in the system and the architecture of the tests.
func (c condition) here() condition {
	names := strings.NewReplacer("HERE", runtime.GOOS, "ELSEWHERE", elsewhere, "ARCH", runtime.GOARCH, "TAG", buildTag)
	return condition{names.Replace(c.constraint), names.Replace(c.suffix)}
}
