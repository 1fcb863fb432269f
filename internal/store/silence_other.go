//go:build !linux

package store

import "syscall"

// giveUpOnSilence is left to the system's own patience.
func giveUpOnSilence(string, string, syscall.RawConn) error { return nil }
