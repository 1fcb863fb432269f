// Package processes reads from Linux's /proc how much processor time processes have used. On other systems it knows none.
package processes

import (
	"bytes"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// tick is the unit of times in /proc: Linux shows programs 100 a second, whatever its own clock is.
const tick = 10 * time.Millisecond

// status is what /proc/PID/stat says of a process.
type status struct {
	parent   int
	own      time.Duration // of all its threads
	children time.Duration // of its children that have ended
}

// statusOf reads a process's status, and reports whether there is one.
func statusOf(pid int) (status, bool) {
	text, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "stat"))
	if err != nil {
		return status{}, false
	}
	return parseStatus(text)
}

// parseStatus parses a status. The second field is the program's name in parentheses, which may itself contain spaces and parentheses.
func parseStatus(text []byte) (status, bool) {
	const parent, user, childrensSystem = 1, 11, 14 // places after the name
	fields := strings.Fields(string(text[bytes.LastIndexByte(text, ')')+1:]))
	if len(fields) <= childrensSystem {
		return status{}, false
	}
	var s status
	var err error
	if s.parent, err = strconv.Atoi(fields[parent]); err != nil {
		return status{}, false
	}
	var ticks [4]time.Duration // user, system, and the same of its children
	for i := range ticks {
		n, err := strconv.ParseInt(fields[user+i], 10, 64)
		if err != nil {
			return status{}, false
		}
		ticks[i] = time.Duration(n) * tick
	}
	s.own, s.children = ticks[0]+ticks[1], ticks[2]+ticks[3]
	return s, true
}

// Time returns the processor time that a process has used, and reports whether it is known.
func Time(pid int) (time.Duration, bool) {
	s, found := statusOf(pid)
	return s.own, found
}

// FamilyTime returns the processor time that a process and its children have used, those included that have ended.
func FamilyTime(pid int) (time.Duration, bool) {
	s, found := statusOf(pid)
	if !found {
		return 0, false
	}
	sum := s.own + s.children
	for _, other := range all() {
		if child, found := statusOf(other); found && child.parent == pid {
			sum += child.own
		}
	}
	return sum, true
}

// Parent returns the process that started one, or 0 if that is not known.
func Parent(pid int) int {
	s, _ := statusOf(pid)
	return s.parent
}

// Title returns a process's command line, or what the process shows in its place, or "".
func Title(pid int) string {
	text, _ := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "cmdline"))
	return strings.TrimSpace(strings.ReplaceAll(string(text), "\x00", " "))
}

// Name returns the name of a process's program, or "".
func Name(pid int) string {
	text, _ := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "comm"))
	return strings.TrimSpace(string(text))
}

// all lists the processes that can be seen.
func all() []int {
	folders, _ := filepath.Glob("/proc/[0-9]*")
	pids := make([]int, 0, len(folders))
	for _, folder := range folders {
		if pid, err := strconv.Atoi(filepath.Base(folder)); err == nil {
			pids = append(pids, pid)
		}
	}
	return pids
}
