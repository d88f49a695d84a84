package sqlbridge

// sqlite is the backend of SQLite, which has one writer at a time: a transaction that
// starts with a write needs no other lock.
var sqlite = backend{
	name:      "SQLite",
	parameter: "?",
	replace: []string{
		"{now}", `CAST(unixepoch('subsec') * 1000 AS INTEGER)`,
		"{in list}", `IN (SELECT value FROM json_each($1))`,
		"{by waiting}", `INDEXED BY {deliveries_waiting_index}`,
		"{by due}", `INDEXED BY {deliveries_due_index}`,
		"{rows}", `(SELECT value ->> 'event' AS event, value ->> 'attempt' AS attempt, value ->> 'state' AS state, value ->> 'pause' AS pause,
			value ->> 'returned' AS returned, value ->> 'failed' AS failed, value ->> 'reason' AS reason FROM json_each($3)) AS x`,
	},
	migrations: sqliteMigrations,
	findSchema: `SELECT '' FROM sqlite_master WHERE type = 'table' AND name = trim($1, '"')`,
	embedded:   true,
	statements: withShared(map[statement]string{
		insertEvent: `INSERT INTO {events} (type, generation, stored, source, event_id, sent, content_type, key, trace_parent, trace_state, extensions, data, key_hash)
			VALUES ($1, COALESCE((SELECT generation FROM {types} WHERE type = $1), 0), {now}, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
		insertDeliveries: `INSERT INTO {deliveries} (event, group_id, key_hash)
			SELECT e.id, g.id, e.key_hash FROM {events} e JOIN {groups} g ON g.type = e.type WHERE e.id = $1 AND g.name IS NOT NULL`,
		lockType:   `UPDATE {types} SET generation = generation WHERE type = $1 RETURNING generation, ''`,
		lockBehind: `SELECT id FROM {events} WHERE type = $1 AND generation = $2 AND id > $3 ORDER BY id LIMIT {chunk}`,
		lockGroup:  `UPDATE {groups} SET id = id WHERE id = $1 AND name IS NOT NULL RETURNING id, $2`,
		claimDeliveries: `UPDATE {deliveries} SET state = 1, owner = $2, due = {now} + $4, attempt = attempt + 1
			WHERE group_id = $1 AND event IN (
				SELECT event FROM (
					SELECT * FROM (SELECT event, key_hash, state FROM {deliveries} {by waiting} WHERE group_id = $1 AND state = 0 AND event > $3 ORDER BY event LIMIT {window})
					UNION ALL
					SELECT * FROM (SELECT event, key_hash, state FROM {deliveries} {by due} WHERE group_id = $1 AND state <> 0 AND state = 2 AND due >= $5 AND due <= $6 ORDER BY due LIMIT {batch})
				) c
				WHERE key_hash NOT IN (SELECT key_hash FROM {deliveries} {by due} WHERE group_id = $1 AND state <> 0 AND state = 1 AND due >= $5 AND owner <> $2 AND key_hash <> 0)
					AND ` + isOldestOfKey + `
				ORDER BY event LIMIT {batch}
			) RETURNING event, attempt, failures`,
		deleteSettled: `DELETE FROM {deliveries} WHERE group_id = $1 AND state + 0 = 1 AND owner = $2
			AND (event, attempt) IN (SELECT event, attempt FROM {rows}) RETURNING event`,
		deleteEvents: `DELETE FROM {events} WHERE id IN (
			SELECT s.id FROM {events} s
			WHERE s.id {in list} AND NOT EXISTS (SELECT 1 FROM {deliveries} d WHERE d.event = s.id) AND ` + isBackfilled + `
				AND (s.stored < {now} - $2 OR ` + hasGroup + `))`,
		replayDead: `UPDATE {deliveries} SET state = 2, due = {now}, attempt = 0, failures = 0, reason = ''
			WHERE state + 0 = 3 AND (event, group_id) IN (SELECT value ->> 'event', value ->> 'group_id' FROM json_each($1))`,
		discardDead: `DELETE FROM {deliveries}
			WHERE state + 0 = 3 AND (event, group_id) IN (SELECT value ->> 'event', value ->> 'group_id' FROM json_each($1))`,
	}),
}

var sqliteMigrations = []migration{
	{
		`CREATE TABLE {version} (version INTEGER NOT NULL)`,
		`INSERT INTO {version} (version) VALUES (0)`,
		`CREATE TABLE {types} (type TEXT PRIMARY KEY, generation INTEGER NOT NULL)`,
		`CREATE TABLE {groups} (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	type TEXT NOT NULL,
	name TEXT,
	generation INTEGER NOT NULL,
	start_after INTEGER NOT NULL,
	broadcast INTEGER NOT NULL,
	listens INTEGER NOT NULL DEFAULT 0,
	last_seen INTEGER NOT NULL,
	UNIQUE (type, name)
)`,
		`CREATE TABLE {events} (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	type TEXT NOT NULL,
	generation INTEGER NOT NULL,
	stored INTEGER NOT NULL,
	source TEXT NOT NULL,
	event_id TEXT NOT NULL,
	sent TEXT NOT NULL,
	content_type TEXT NOT NULL,
	key TEXT NOT NULL,
	trace_parent TEXT NOT NULL,
	trace_state TEXT NOT NULL,
	extensions TEXT NOT NULL,
	key_hash INTEGER NOT NULL,
	data BLOB NOT NULL
)`,
		`CREATE INDEX {events_generation_index} ON {events} (type, generation, id)`,
		`CREATE TABLE {deliveries} (
	event INTEGER NOT NULL,
	group_id INTEGER NOT NULL,
	key_hash INTEGER NOT NULL,
	state INTEGER NOT NULL DEFAULT 0,
	due INTEGER NOT NULL DEFAULT 0,
	owner TEXT NOT NULL DEFAULT '',
	attempt INTEGER NOT NULL DEFAULT 0,
	failures INTEGER NOT NULL DEFAULT 0,
	reason TEXT NOT NULL DEFAULT '',
	PRIMARY KEY (event, group_id)
) WITHOUT ROWID`,
		`CREATE INDEX {deliveries_waiting_index} ON {deliveries} (group_id, event) WHERE state = 0`,
		`CREATE INDEX {deliveries_key_index} ON {deliveries} (group_id, key_hash, event) WHERE state = 0 AND key_hash <> 0`,
		`CREATE INDEX {deliveries_due_index} ON {deliveries} (group_id, state, due) WHERE state <> 0`,
		`CREATE INDEX {deliveries_dead_index} ON {deliveries} (due, event, group_id) WHERE state = 3`,
	},
	{
		`CREATE VIEW {waiting} AS
SELECT g.type AS signal, g.name AS group_name,
	CASE d.state WHEN 0 THEN 'waiting' WHEN 1 THEN 'leased' ELSE 'retry' END AS state,
	strftime('%Y-%m-%dT%H:%M:%fZ', e.stored / 1000.0, 'unixepoch') AS stored, unixepoch('subsec') - e.stored / 1000.0 AS age,
	d.attempt AS attempts, CASE WHEN d.state = 0 THEN NULL ELSE strftime('%Y-%m-%dT%H:%M:%fZ', d.due / 1000.0, 'unixepoch') END AS due, d.reason, d.owner,
	d.event, e.source, e.event_id, e.key
FROM {deliveries} d JOIN {groups} g ON g.id = d.group_id JOIN {events} e ON e.id = d.event
WHERE d.state IN (0, 1, 2) AND g.name IS NOT NULL`,
		`CREATE VIEW {dead} AS
SELECT d.event || '-' || d.group_id AS id, g.type AS signal, g.name AS group_name,
	strftime('%Y-%m-%dT%H:%M:%fZ', d.due / 1000.0, 'unixepoch') AS died, d.reason, d.attempt AS attempts,
	strftime('%Y-%m-%dT%H:%M:%fZ', e.stored / 1000.0, 'unixepoch') AS stored, e.source, e.event_id, e.key, e.content_type, e.data
FROM {deliveries} d JOIN {groups} g ON g.id = d.group_id JOIN {events} e ON e.id = d.event
WHERE d.state = 3 AND g.name IS NOT NULL`,
	},
}
