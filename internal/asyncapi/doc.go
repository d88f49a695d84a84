// Package asyncapi holds no code. Its tests have the official parser of AsyncAPI read
// what [github.com/signalgen/signalgen/topology.AsyncAPI] writes, and a validator of JSON
// Schema compare the schemas with what encoding/json writes. Both are npm packages, which
// the tests install outside of the repository, as package-lock.json pins them.
package asyncapi
