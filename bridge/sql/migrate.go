package sqlbridge

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
)

// Migrate makes the tables, indexes and views, and brings those of an older version up
// to date. It may be called at each start, by several programs at the same time; it
// does nothing when there is nothing to do. Each version is made in a transaction of
// its own. The options are those of [New]; only [Prefix] and [Schema] count.
func Migrate(ctx context.Context, db *sql.DB, d Dialect, opts ...Option) error {
	if err := migrate(ctx, db, d, settingsOf(opts).names); err != nil {
		return fmt.Errorf("sql bridge: migrate: %w", err)
	}
	return nil
}

// Migrations returns the SQL of [Migrate], for those who migrate by other means: a
// script for each version, the first one first. Each ends by noting its version.
// Those of a released version never change; later ones are added.
func Migrations(d Dialect, opts ...Option) ([]string, error) {
	n := settingsOf(opts).names
	l, err := d.language(n)
	if err != nil {
		return nil, fmt.Errorf("sql bridge: %w", err)
	}
	var scripts []string
	for version := range l.migrations {
		scripts = append(scripts, strings.Join(l.script(n, version), ";\n\n")+";\n")
	}
	return scripts, nil
}

// A migration is the statements that make one version of the schema out of the one
// before.
type migration []string

// script returns the statements that make a version, from 0, with a note of it.
func (l *language) script(n names, version int) []string {
	statements := make([]string, 0, len(l.migrations[version])+1)
	for _, s := range l.migrations[version] {
		statements = append(statements, l.render(n, s))
	}
	return append(statements, l.render(n, fmt.Sprintf("UPDATE {version} SET version = %d", version+1)))
}

func migrate(ctx context.Context, db *sql.DB, d Dialect, n names) error {
	l, err := d.language(n)
	if err != nil {
		return err
	}
	for done := false; !done; {
		err := again(ctx, isConflict, func() (err error) {
			done, err = l.step(ctx, db, n)
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// step makes the next version. It reports whether there is none.
func (l *language) step(ctx context.Context, db *sql.DB, n names) (done bool, err error) {
	tx, err := db.BeginTx(ctx, &l.own)
	if err != nil {
		return false, err
	}
	defer func() { _ = tx.Rollback() }() // fails after a commit
	if l.lock != "" {
		if _, err := tx.ExecContext(ctx, l.lock, n.schema+"."+n.prefix); err != nil {
			return false, err
		}
	}
	version, err := l.version(ctx, tx, &n)
	if err != nil || version >= len(l.migrations) {
		return true, err
	}
	for _, s := range l.script(n, version) {
		if _, err := tx.ExecContext(ctx, s); err != nil {
			return false, fmt.Errorf("version %d: %w", version+1, err)
		}
	}
	return false, tx.Commit()
}

// version returns that of the schema, 0 if there is none, and sets the name of the
// schema that it is in.
func (l *language) version(ctx context.Context, db conn, n *names) (version int, err error) {
	err = db.QueryRowContext(ctx, l.render(*n, l.schema), l.render(*n, "{version}")).Scan(&n.schema)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	err = db.QueryRowContext(ctx, l.render(*n, l.statements[toVersion])).Scan(&version)
	return version, err
}
