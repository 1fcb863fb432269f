package store

import (
	"errors"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

// giveUpOnSilence makes a connection fail if the other end does not even acknowledge what was sent. Otherwise the system would take a
// quarter of an hour to notice that a cable was cut during a long query.
func giveUpOnSilence(network, _ string, conn syscall.RawConn) error {
	if !strings.HasPrefix(network, "tcp") {
		return nil
	}
	var failure error
	err := conn.Control(func(fd uintptr) {
		failure = unix.SetsockoptInt(int(fd), unix.IPPROTO_TCP, unix.TCP_USER_TIMEOUT, int(2*patience.Milliseconds()))
	})
	return errors.Join(err, failure)
}
