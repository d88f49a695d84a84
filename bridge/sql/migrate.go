package sqlbridge

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
)

// Migrate creates the tables, indexes and views, and upgrades those of an older version.
// It may be called at each start, also by several programs at the same time; if the
// tables are up to date it does nothing. It makes each version in a transaction. Of the
// options only [Prefix] and [Schema] have an effect.
func Migrate(ctx context.Context, db *sql.DB, d Dialect, opts ...Option) error {
	if err := migrate(ctx, db, d, settingsOf(opts).names); err != nil {
		return fmt.Errorf("sql bridge: migrate: %w", err)
	}
	return nil
}

// Migrations returns the SQL of [Migrate], for programs that migrate by other means: a
// script for each version, the first version first. Each script also records its version.
// The scripts of a released version never change; later versions add scripts.
func Migrations(d Dialect, opts ...Option) ([]string, error) {
	n := settingsOf(opts).names
	b, err := d.backend(n)
	if err != nil {
		return nil, fmt.Errorf("sql bridge: %w", err)
	}
	var scripts []string
	for i := range b.migrations {
		scripts = append(scripts, strings.Join(b.script(n, i), ";\n\n")+";\n")
	}
	return scripts, nil
}

// A migration has the statements that make one version of the schema from the previous
// one.
type migration []string

// script returns the statements of the migration with an index, which makes version
// index + 1, and the statement that records the version.
func (b *backend) script(n names, index int) []string {
	script := make([]string, 0, len(b.migrations[index])+1)
	for _, s := range b.migrations[index] {
		script = append(script, b.render(n, s))
	}
	return append(script, b.render(n, fmt.Sprintf("UPDATE {version} SET version = %d", index+1)))
}

func migrate(ctx context.Context, db *sql.DB, d Dialect, n names) error {
	b, err := d.backend(n)
	if err != nil {
		return err
	}
	for done := false; !done; {
		err := retry(ctx, isConflict, func() (err error) {
			done, err = b.migrateOnce(ctx, db, n)
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// migrateOnce makes the next version. It returns true if there is none.
func (b *backend) migrateOnce(ctx context.Context, db *sql.DB, n names) (done bool, err error) {
	tx, err := db.BeginTx(ctx, &b.txOptions)
	if err != nil {
		return false, err
	}
	defer func() { _ = tx.Rollback() }() // fails after a commit
	if b.lockMigrations != "" {
		if _, err := tx.ExecContext(ctx, b.lockMigrations, n.schema+"."+n.prefix); err != nil {
			return false, err
		}
	}
	version, err := b.version(ctx, tx, &n)
	if err != nil || version >= len(b.migrations) {
		return true, err
	}
	for _, s := range b.script(n, version) {
		if _, err := tx.ExecContext(ctx, s); err != nil {
			return false, fmt.Errorf("version %d: %w", version+1, err)
		}
	}
	return false, tx.Commit()
}

// version returns the version of the tables, 0 if there are none. It sets n.schema to the
// schema that they are in.
func (b *backend) version(ctx context.Context, db conn, n *names) (version int, err error) {
	err = db.QueryRowContext(ctx, b.render(*n, b.findSchema), b.render(*n, "{version}")).Scan(&n.schema)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	err = db.QueryRowContext(ctx, b.render(*n, b.statements[readVersion])).Scan(&version)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, fmt.Errorf("found no row in table %s, wanted one with the version of the tables", b.render(*n, "{version}"))
	}
	return version, err
}
