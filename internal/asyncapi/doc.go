// Package asyncapi has only tests. In them, the official parser of AsyncAPI reads what
// [github.com/signalgen/signalgen/topology.AsyncAPI] writes, and a validator of JSON
// Schema compares the schemas with what encoding/json writes. Both are npm packages,
// which the tests install outside of the repository, in the versions of
// package-lock.json.
package asyncapi
