package sqlbridge

import "time"

// Statements returns the statements of a transport, by name.
func (t *Transport) Statements() map[string]string {
	return map[string]string{
		"compare": t.text[toCompare], "seize": t.text[toSeize], "look": t.text[toLook], "reach": t.text[toReach], "claim": t.text[toClaim],
		"load": t.text[toLoad], "renew": t.text[toRenew], "park": t.text[toPark], "finish": t.text[toFinish], "drop": t.text[toDrop],
		"walk": t.text[toWalk], "list": t.text[toList], "unkeep": t.text[toUnkeep], "empty": t.text[toEmpty], "clear": t.text[toClear],
		"forget": t.text[toForget], "bury": t.text[toBury], "replay": t.text[toReplay], "discard": t.text[toDiscard],
	}
}

// Settling sets how long events are expected to be committed out of order.
func Settling(d time.Duration) (back func()) {
	before := settling
	settling = d
	return func() { settling = before }
}
