// Package natsbridge carries the signals of package bridge between processes
// through NATS JetStream.
package natsbridge
