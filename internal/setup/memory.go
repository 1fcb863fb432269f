package setup

import (
	"io/fs"
	"math"
	"os"
	"path"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
)

// gcPercent lets the heap grow to five times its live data before the collector runs. There is little of that: connections,
// limits and a bounded queue. At Go's default of 100, the collector takes a tenth of the processors' time under load. At 800 it takes
// only a few hundredths less than at 400, and a flood of sign-ins, each with 19 MiB of live data, would take twice the memory.
const gcPercent = 400

// TuneCollector applies gcPercent unless the operator has set GOGC, and limits the heap to three quarters of the memory that the process
// may use unless the operator has set GOMEMLIMIT. Near the limit the collector runs more often. The rest is for SQLite and the system.
func TuneCollector(environ []string) {
	isSet := func(name string) bool {
		return slices.ContainsFunc(environ, func(entry string) bool { return strings.HasPrefix(entry, name+"=") })
	}
	if !isSet("GOGC") {
		debug.SetGCPercent(gcPercent)
	}
	if usable, known := usableMemory(os.DirFS("/")); known && !isSet("GOMEMLIMIT") {
		debug.SetMemoryLimit(usable / 4 * 3)
	}
}

// usableMemory returns how many bytes of memory the process may use: what the machine has, or what its control groups allow if that is less.
// It knows only Linux.
func usableMemory(system fs.FS) (usable int64, known bool) {
	usable = math.MaxInt64
	take := func(bytes int64) { usable, known = min(usable, bytes), true }
	for line := range strings.Lines(readText(system, "proc/meminfo")) {
		if fields := strings.Fields(line); len(fields) == 3 && fields[0] == "MemTotal:" && fields[2] == "kB" {
			if kilobytes, err := strconv.ParseInt(fields[1], 10, 64); err == nil {
				take(kilobytes << 10)
			}
		}
	}
	for _, file := range limitFiles(readText(system, "proc/self/cgroup")) {
		// Without a limit, it is "max" in version 2 and a huge number in version 1.
		if bytes, err := strconv.ParseInt(readText(system, file), 10, 64); err == nil && bytes > 0 {
			take(bytes)
		}
	}
	return usable, known
}

// limitFiles returns the files that may limit the memory of a process in these control groups: those of the group itself and of all above
// it. In a container the group may be shown by its path outside, which does not exist inside, and the root is the container's own.
func limitFiles(groups string) []string {
	var files []string
	for line := range strings.Lines(groups) {
		fields := strings.SplitN(strings.TrimSpace(line), ":", 3) // 0::/system.slice/bankcore.service
		if len(fields) != 3 {
			continue
		}
		root, name := "sys/fs/cgroup", "memory.max"
		if slices.Contains(strings.Split(fields[1], ","), "memory") {
			root, name = "sys/fs/cgroup/memory", "memory.limit_in_bytes"
		} else if fields[1] != "" {
			continue
		}
		for group := path.Clean("/" + fields[2]); ; group = path.Dir(group) {
			files = append(files, path.Join(root, group, name))
			if group == "/" {
				break
			}
		}
	}
	return files
}

// readText returns a small file's text, or "" if there is none.
func readText(system fs.FS, name string) string {
	text, err := fs.ReadFile(system, name)
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(text))
}
