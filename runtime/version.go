package runtime

// GeneratedV1 is named by the files that signalgen generates and that need this
// package as it is. A file that needs another does not compile with this one, and
// the compiler names the constant: update the module, or generate again.
const GeneratedV1 = true
