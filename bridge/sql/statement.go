package sqlbridge

// A statement is one of those that a transport makes, whatever the database.
type statement int

const (
	// Of a send.
	toStore  statement = iota // stores an event, with its deliveries unless there is toFanOut
	toFanOut                  // stores the deliveries of an event
	toNotify                  // notifies the listeners of types; empty if the database has no notifications

	// Of a group.
	toFind    // looks for a group
	toAdvance // begins the next generation of a type's groups
	toBegin   // stores a group
	toListen  // notes that a member of a group listens for notifications
	toStay    // notes that a brief group has a member
	toEnd     // takes its name from a group
	toExpire  // takes their names from brief groups that show no sign of life

	// Of events that were stored without the deliveries for a newer group.
	toCompare // looks for generations of a type that have such events
	toFreeze  // asks for the generation of a type's groups, and keeps it as it is
	toSeize   // takes hold of such events
	toSpread  // stores the deliveries that they lack
	toCatchUp // notes that they have them

	// Of the members of a group.
	toLook   // looks whether the group is there, whether there is something to claim, and when there will be
	toReach  // looks how far a window reaches
	toHold   // has the claims of a group come one after another
	toClaim  // claims deliveries; an embedded database returns them without their events
	toLoad   // reads events
	toRenew  // renews the lease of deliveries
	toPark   // ends the lease of deliveries that are not done with
	toFinish // deletes deliveries that are done with; returns those whose events are still there

	// Of what nobody needs any longer.
	toDrop   // deletes events that have no deliveries and wait for no group
	toWalk   // looks at events in order, and whether they have deliveries
	toList   // lists groups that have something to be deleted
	toUnkeep // looks for deliveries that have been kept long enough
	toEmpty  // looks for deliveries of a group that has ended, those that wait
	toClear  // looks for deliveries of a group that has ended, all others
	toErase  // deletes deliveries
	toForget // deletes groups that have ended

	// Of those who look after a transport.
	toVersion // asks for the schema's version
	toCount   // counts what there is for a group
	toAge     // asks for the age of the oldest that a group is not done with
	toUnheard // counts what there is for a group that does not exist, and its age
	toBury    // lists dead letters
	toReplay  // has dead letters handed over again
	toDiscard // deletes dead letters

	statements // is how many there are
)

// The states of a delivery. In statements they are numbers, for a planner must see
// them to choose a partial index.
const (
	isWaiting = 0
	isInHand  = 1 // until it is due, when others may claim it
	isAgain   = 2 // failed or given back; to be handed over again when it is due
	isDead    = 3 // since it was due
	isKept    = 4 // done with, and kept until it is due
)

// Limits are written into statements, for a plan that is made for any limit takes it
// for a tenth of the table.
const (
	someRows = 1000 // rows of which nobody waits for the first
	pageSize = 100  // rows that are read with their data
)

// Some conditions say the same twice: SQLite uses a partial index only when its
// condition stands in the statement. Some subqueries have an order and a limit where
// EXISTS would do: PostgreSQL would answer that by reading a table from its beginning,
// which is fast as long as there are not a million deleted rows. And state + 0 keeps it
// from looking for single rows among all of that state.

// shared are the statements that all databases understand.
var shared = [statements]string{
	toFind:    `SELECT id FROM {groups} WHERE type = $1 AND name = $2`,
	toAdvance: `INSERT INTO {types} AS t (type, generation) VALUES ($1, 1) ON CONFLICT (type) DO UPDATE SET generation = t.generation + 1 RETURNING generation`,
	toBegin: `INSERT INTO {groups} (type, name, generation, after, brief, seen)
		VALUES ($1, $2, $3, CASE WHEN $4 = 1 THEN (SELECT COALESCE(max(id), 0) FROM {events}) ELSE 0 END, $5, {now}) RETURNING id`,
	toListen: `UPDATE {groups} SET listens = $2 WHERE id = $1 AND listens <> $2`,
	toStay:   `UPDATE {groups} SET seen = {now} WHERE id = $1 AND name IS NOT NULL`,
	toEnd:    `UPDATE {groups} SET name = NULL, seen = {now} WHERE type = $1 AND name = $2`,
	toExpire: `UPDATE {groups} SET name = NULL, seen = {now} WHERE brief = $1 AND name IS NOT NULL AND seen < {now} - $2`,

	// A handful of generations, each looked up in the index.
	toCompare: `WITH RECURSIVE k (generation) AS (
			SELECT min(e.generation) FROM {events} e WHERE e.type = $1
			UNION ALL
			SELECT (SELECT min(e.generation) FROM {events} e WHERE e.type = $1 AND e.generation > k.generation) FROM k WHERE k.generation IS NOT NULL
		), older AS (
			SELECT k.generation, (SELECT min(g.after) FROM {groups} g WHERE g.type = $1 AND g.name IS NOT NULL AND g.generation > k.generation) AS after FROM k
		)
		SELECT generation, after FROM older
		WHERE after IS NOT NULL
			AND (SELECT e.id FROM {events} e WHERE e.type = $1 AND e.generation = older.generation AND e.id > older.after ORDER BY e.id LIMIT 1) IS NOT NULL`,
	toSpread: `INSERT INTO {deliveries} (event, group_id, lane)
		SELECT e.id, g.id, e.lane FROM {events} e JOIN {groups} g ON g.type = e.type
		WHERE e.id {in list} AND g.name IS NOT NULL AND g.generation > e.generation AND g.after < e.id
		ON CONFLICT DO NOTHING`,
	toCatchUp: `UPDATE {events} SET generation = $2 WHERE id {in list}`,

	toLook: `SELECT (SELECT count(*) FROM {groups} WHERE id = $1 AND name IS NOT NULL),
		(SELECT event FROM {deliveries} {by waiting} WHERE group_id = $1 AND state = 0 AND event > $2 ORDER BY event LIMIT 1),
		(SELECT due FROM {deliveries} {by due} WHERE group_id = $1 AND state <> 0 AND state = 1 AND due >= $3 ORDER BY due LIMIT 1),
		(SELECT due FROM {deliveries} {by due} WHERE group_id = $1 AND state <> 0 AND state = 2 AND due >= $3 ORDER BY due LIMIT 1), {now}`,
	toReach: `SELECT max(event) FROM (SELECT event FROM {deliveries} {by waiting} WHERE group_id = $1 AND state = 0 AND event > $2 ORDER BY event LIMIT {window}) w`,
	toLoad:  `SELECT e.id, ` + columns + ` FROM {events} e WHERE e.id {in list}`,
	toRenew: `UPDATE {deliveries} AS d SET due = {now} + $4 FROM {rows}
		WHERE d.event = x.event AND d.group_id = $1 AND d.state + 0 = 1 AND d.owner = $2 AND d.attempt = x.attempt`,
	toPark: `UPDATE {deliveries} AS d SET state = x.state, due = {now} + x.pause, owner = '', attempt = d.attempt - x.back, failed = d.failed + x.failed, reason = x.reason
		FROM {rows} WHERE d.event = x.event AND d.group_id = $1 AND d.state + 0 = 1 AND d.owner = $2 AND d.attempt = x.attempt`,

	toWalk: `SELECT e.id, CASE WHEN (SELECT d.group_id FROM {deliveries} d WHERE d.event = e.id ORDER BY d.group_id LIMIT 1) IS NULL THEN 0 ELSE 1 END
		FROM {events} e WHERE e.id > $1 ORDER BY e.id LIMIT {some}`,
	toList: `SELECT id, CASE WHEN name IS NULL THEN 1 ELSE 0 END FROM {groups} g
		WHERE name IS NULL OR
			(SELECT d.event FROM {deliveries} d WHERE d.group_id = g.id AND d.state <> 0 AND d.state = 4 AND d.due <= {now} ORDER BY d.due LIMIT 1) IS NOT NULL`,
	toUnkeep: `SELECT event FROM {deliveries} {by due} WHERE group_id = $1 AND state <> 0 AND state = 4 AND due <= {now} ORDER BY due LIMIT {some}`,
	toEmpty:  `SELECT event FROM {deliveries} {by waiting} WHERE group_id = $1 AND state = 0 ORDER BY event LIMIT {some}`,
	toClear:  `SELECT event FROM {deliveries} {by due} WHERE group_id = $1 AND state <> 0 ORDER BY state, due LIMIT {some}`,
	toErase:  `DELETE FROM {deliveries} WHERE event {in list} AND group_id = $2`,
	toForget: `DELETE FROM {groups} WHERE name IS NULL AND seen < {now} - $1
		AND (SELECT d.event FROM {deliveries} d WHERE d.group_id = id AND d.state = 0 ORDER BY d.event LIMIT 1) IS NULL
		AND (SELECT d.event FROM {deliveries} d WHERE d.group_id = id AND d.state <> 0 ORDER BY d.state, d.due LIMIT 1) IS NULL`,

	toVersion: `SELECT version FROM {version}`,
	toCount: `SELECT COALESCE(sum(CASE WHEN state = 0 THEN 1 ELSE 0 END), 0), COALESCE(sum(CASE WHEN state IN (1, 2) THEN 1 ELSE 0 END), 0),
		COALESCE(sum(CASE WHEN state = 3 THEN 1 ELSE 0 END), 0) FROM {deliveries} WHERE group_id = $1`,
	toAge: `SELECT COALESCE({now} - min(e.stored), 0) FROM {events} e WHERE e.id IN (
		SELECT min(event) FROM {deliveries} {by waiting} WHERE group_id = $1 AND state = 0
		UNION ALL SELECT min(event) FROM {deliveries} {by due} WHERE group_id = $1 AND state <> 0 AND state IN (1, 2))`,
	toUnheard: `SELECT count(*), COALESCE({now} - min(stored), 0) FROM {events} WHERE type = $1`,
	toBury: `SELECT d.event, d.group_id, g.type, g.name, d.reason, d.attempt, d.due, {now} FROM {deliveries} d JOIN {groups} g ON g.id = d.group_id
		WHERE d.state = 3 AND g.name IS NOT NULL AND (d.due, d.event, d.group_id) > ($1, $2, $3) ORDER BY d.due, d.event, d.group_id LIMIT {page}`,
}

// columns are those of an event that an envelope is made of, in the order in which it
// is read.
const columns = `e.source, e.type, e.event_id, e.sent, e.content_type, e.key, e.trace_parent, e.trace_state, e.extensions, e.data`

// Two conditions for an event s to be deleted that has no deliveries. The first: no
// newer group is still to get one.
const (
	isSpread = `NOT EXISTS (SELECT 1 FROM {groups} g WHERE g.type = s.type AND g.name IS NOT NULL AND g.generation > s.generation AND g.after < s.id)`
	isHeard  = `EXISTS (SELECT 1 FROM {groups} g WHERE g.type = s.type AND g.name IS NOT NULL AND NOT g.brief)`
)

// isFirst is the condition for a delivery c to be claimed that waits, by a claim that
// begins behind the event $3: none of its key waits before that.
const isFirst = `($3 = 0 OR c.lane = 0 OR c.state <> 0 OR (
	SELECT o.event FROM {deliveries} o WHERE o.group_id = $1 AND o.state = 0 AND o.lane <> 0 AND o.lane = c.lane AND o.event <= $3
	ORDER BY o.event LIMIT 1) IS NULL)`
