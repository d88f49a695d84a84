// Package sqlbridge carries the signals of package bridge through a database.
package sqlbridge
