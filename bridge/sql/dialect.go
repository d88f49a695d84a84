package sqlbridge

import (
	"database/sql"
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// A Dialect says which SQL a database understands. It is not a driver: any driver of
// database/sql for that database works.
type Dialect int

// The databases.
const (
	Postgres Dialect = iota + 1 // PostgreSQL 12 or later
	SQLite                      // SQLite 3.42 or later
)

// String returns the name of the database.
func (d Dialect) String() string {
	if b := backends[d]; b != nil {
		return b.name
	}
	return "Dialect(" + strconv.Itoa(int(d)) + ")"
}

var backends = map[Dialect]*backend{Postgres: &postgres, SQLite: &sqlite}

// backend returns the backend of a dialect, after checking the names for it.
func (d Dialect) backend(n names) (*backend, error) {
	b := backends[d]
	if b == nil {
		return nil, fmt.Errorf("found dialect %v, wanted Postgres or SQLite", d)
	}
	if n.schema != "" && !b.hasSchemas {
		return nil, fmt.Errorf("found schema %q, wanted none: %s has no schemas", n.schema, b.name)
	}
	return b, n.check()
}

// A backend is what is particular to a database. Its SQL has names in braces: {events}
// is a table, {events_generation_index} an index, and the others are in replace.
// Parameters are written as $1.
type backend struct {
	name           string
	parameter      string   // what the database writes for the $ of a parameter
	replace        []string // pairs of a name in braces and the SQL for it
	migrations     []migration
	lockMigrations string // keeps programs from migrating at the same time; "" if transactions that write do
	hasSchemas     bool
	findSchema     string // returns the schema of a table, "" in a database that has no schemas, and no row without the table
	checkReadOnly  string // returns 1 if the database cannot be written to now; "" if that does not happen
	txOptions      sql.TxOptions
	embedded       bool // statements are fast and commits are slow; on a server it is the other way round
	statements     [statements]string
}

// withShared returns the shared statements and those of one database, which replace them.
func withShared(own map[statement]string) [statements]string {
	all := sharedStatements
	for s, query := range own {
		all[s] = query
	}
	return all
}

// names are the configurable parts of table names.
type names struct{ schema, prefix string }

var identifier = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

// longestName leaves room for a suffix in the 63 bytes of a name in PostgreSQL.
const longestName = 40

// check rejects names that would have to be quoted. Names become part of statements, so
// this also prevents SQL injection.
func (n names) check() error {
	for what, name := range map[string]string{"prefix": n.prefix, "schema": n.schema} {
		if name == "" && what == "schema" {
			continue
		}
		if !identifier.MatchString(name) || len(name) > longestName {
			return fmt.Errorf("found %s %q, wanted letters, digits and _, not starting with a digit, at most %d", what, name, longestName)
		}
	}
	return nil
}

// render replaces what a query has in braces, and its parameters.
func (b *backend) render(n names, query string) string {
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
	query = strings.NewReplacer(b.replace...).Replace(query)
	query = strings.NewReplacer(replace...).Replace(query)
	return strings.ReplaceAll(query, "$", b.parameter)
}
