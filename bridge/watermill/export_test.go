package watermillbridge

// Shortened is for tests that look at topics.
var Shortened = shortened
