package processes

import (
	"net"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// Listener returns the process that listens at a URL with a loopback address, or 0 if it cannot be found: it may belong to another
// user, or there may be several.
func Listener(text string) int {
	u, err := url.Parse(text)
	if err != nil || !isLoopback(u.Hostname()) {
		return 0
	}
	port, err := strconv.ParseUint(u.Port(), 10, 16)
	if err != nil {
		return 0
	}
	var sockets []string
	for _, table := range []string{"/proc/net/tcp", "/proc/net/tcp6"} {
		text, _ := os.ReadFile(table)
		sockets = append(sockets, listening(string(text), port)...)
	}
	if len(sockets) != 1 {
		return 0
	}
	return holder("socket:[" + sockets[0] + "]")
}

func isLoopback(host string) bool {
	if address, err := netip.ParseAddr(host); err == nil {
		return address.IsLoopback()
	}
	return host == "localhost"
}

// listening returns the numbers of the sockets that listen at a port, from the text of a table of /proc/net.
func listening(table string, port uint64) []string {
	const local, state, number = 1, 3, 9
	const listens = "0A"
	var sockets []string
	for line := range strings.Lines(table) {
		fields := strings.Fields(line)
		if len(fields) <= number || fields[state] != listens {
			continue
		}
		_, hex, err := net.SplitHostPort(fields[local])
		if err != nil {
			continue
		}
		if found, err := strconv.ParseUint(hex, 16, 16); err == nil && found == port {
			sockets = append(sockets, fields[number])
		}
	}
	return sockets
}

// holder returns the process that has a file open, or 0 if there is none, or more than one.
func holder(file string) int {
	found := 0
	for _, pid := range all() {
		descriptors, _ := filepath.Glob(filepath.Join("/proc", strconv.Itoa(pid), "fd", "*"))
		for _, descriptor := range descriptors {
			if target, err := os.Readlink(descriptor); err == nil && target == file {
				if found != 0 {
					return 0
				}
				found = pid
				break
			}
		}
	}
	return found
}
