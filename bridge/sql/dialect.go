package sqlbridge

import (
	"database/sql"
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// A Dialect says which database speaks, and so which SQL. It is not a driver: any
// driver of database/sql for that database will do.
type Dialect int

// The databases.
const (
	Postgres Dialect = iota + 1 // PostgreSQL 12 or later
	SQLite                      // SQLite 3.42 or later
)

// String returns the database's name.
func (d Dialect) String() string {
	if l := languages[d]; l != nil {
		return l.name
	}
	return "Dialect(" + strconv.Itoa(int(d)) + ")"
}

var languages = map[Dialect]*language{Postgres: &postgres, SQLite: &sqlite}

// language returns what a dialect is made of, if that and the names are in order.
func (d Dialect) language(n names) (*language, error) {
	l := languages[d]
	if l == nil {
		return nil, fmt.Errorf("found dialect %v, wanted Postgres or SQLite", d)
	}
	if n.schema != "" && !l.schemas {
		return nil, fmt.Errorf("found schema %q, wanted none: %s has no schemas", n.schema, l.name)
	}
	return l, n.check()
}

// A language is one database's SQL. Tables are written as {events}, indexes as
// {events_late_index}, and what is in replace likewise; parameters as $1.
type language struct {
	name       string
	parameter  string   // what stands in place of the $ of a parameter
	replace    []string // pairs, of what is written differently from database to database
	migrations []migration
	lock       string // has programs that migrate at the same time come one after another; "" if their writes do
	schemas    bool   // tables may be in one of several schemas
	schema     string // asks for the schema that a table is in, which is "" unless there are several; no row if there is no such table
	readOnly   string // asks whether nothing can be written now; "" if that does not come up
	own        sql.TxOptions
	embedded   bool // statements are fast and commits are not, rather than the other way round
	statements [statements]string
}

// override returns the shared statements with others in place of some.
func override(own map[statement]string) [statements]string {
	all := shared
	for s, text := range own {
		all[s] = text
	}
	return all
}

// names are what a program calls its tables.
type names struct{ schema, prefix string }

var identifier = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

// longestName leaves room for what is put behind a prefix in the 63 bytes that
// PostgreSQL has for a name.
const longestName = 40

// check looks for names that would have to be quoted. They become a part of
// statements, so this is also what keeps SQL out of them.
func (n names) check() error {
	for what, name := range map[string]string{"prefix": n.prefix, "schema": n.schema} {
		if name == "" && what == "schema" {
			continue
		}
		if !identifier.MatchString(name) || len(name) > longestName {
			return fmt.Errorf("found %s %q, wanted letters, digits and _, not beginning with a digit, at most %d", what, name, longestName)
		}
	}
	return nil
}

// render puts names into a statement.
func (l *language) render(n names, statement string) string {
	schema := ""
	if n.schema != "" {
		schema = `"` + n.schema + `".`
	}
	replace := []string{"_index}", `"`}
	for _, table := range []string{"events", "types", "groups", "deliveries", "version", "waiting", "dead"} {
		replace = append(replace,
			"{"+table+"}", schema+`"`+n.prefix+"_"+table+`"`,
			"{"+table+"_", `"`+n.prefix+"_"+table+"_", // an index, which is in the schema of its table
		)
	}
	statement = strings.NewReplacer(l.replace...).Replace(statement)
	statement = strings.NewReplacer(replace...).Replace(statement)
	return strings.ReplaceAll(statement, "$", l.parameter)
}
