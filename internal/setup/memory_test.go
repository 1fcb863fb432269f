package setup

import (
	"math"
	"os"
	"runtime/debug"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"
)

func TestUsableMemory(t *testing.T) {
	t.Parallel()
	const meminfo = "MemTotal:        2048000 kB\nMemFree:          1024 kB\nHugePages_Total:       0\n"
	const machine = 2048000 << 10
	for name, c := range map[string]struct {
		files map[string]string
		want  int64
	}{
		"a machine":          {map[string]string{"proc/meminfo": meminfo}, machine},
		"no limit":           {map[string]string{"proc/meminfo": meminfo, "proc/self/cgroup": "0::/user.slice", "sys/fs/cgroup/user.slice/memory.max": "max\n"}, machine},
		"a unit":             {map[string]string{"proc/meminfo": meminfo, "proc/self/cgroup": "0::/system.slice/bankcore.service\n", "sys/fs/cgroup/system.slice/bankcore.service/memory.max": "1073741824\n"}, 1 << 30},
		"the group above":    {map[string]string{"proc/meminfo": meminfo, "proc/self/cgroup": "0::/a/b\n", "sys/fs/cgroup/a/memory.max": "1000000\n", "sys/fs/cgroup/a/b/memory.max": "2000000\n"}, 1_000_000},
		"a container":        {map[string]string{"proc/meminfo": meminfo, "proc/self/cgroup": "0::/\n", "sys/fs/cgroup/memory.max": "536870912\n"}, 512 << 20},
		"its path outside":   {map[string]string{"proc/meminfo": meminfo, "proc/self/cgroup": "0::/../docker/1f2e\n", "sys/fs/cgroup/memory.max": "536870912\n"}, 512 << 20},
		"version 1":          {map[string]string{"proc/meminfo": meminfo, "proc/self/cgroup": "5:cpu,cpuacct:/\n4:memory:/docker/1f2e\n", "sys/fs/cgroup/memory/memory.limit_in_bytes": "536870912\n"}, 512 << 20},
		"version 1, none":    {map[string]string{"proc/meminfo": meminfo, "proc/self/cgroup": "4:memory:/\n", "sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n"}, machine},
		"more than there is": {map[string]string{"proc/meminfo": meminfo, "proc/self/cgroup": "0::/\n", "sys/fs/cgroup/memory.max": "1099511627776\n"}, machine},
		"another system":     {nil, 0},
		"nothing readable":   {map[string]string{"proc/meminfo": "MemTotal: many kB", "proc/self/cgroup": "0\n::", "sys/fs/cgroup/memory.max": "-5"}, 0},
	} {
		system := fstest.MapFS{}
		for file, text := range c.files {
			system[file] = &fstest.MapFile{Data: []byte(text)}
		}
		got, known := usableMemory(system)
		require.Equal(t, c.want != 0, known, name)
		if known {
			require.Equal(t, c.want, got, name)
		}
	}
}

// TestTheOperatorsLimitsStay is not parallel: it changes the collector of this process.
func TestTheOperatorsLimitsStay(t *testing.T) { //nolint:paralleltest // see above
	percent, limit := debug.SetGCPercent(50), debug.SetMemoryLimit(math.MaxInt64)
	defer func() { debug.SetGCPercent(percent); debug.SetMemoryLimit(limit) }()

	TuneCollector([]string{"GOGC=50", "GOMEMLIMIT=1GiB"})
	require.Equal(t, int64(math.MaxInt64), debug.SetMemoryLimit(-1))
	require.Equal(t, 50, debug.SetGCPercent(50))

	TuneCollector([]string{"GOGCX=50", "XGOMEMLIMIT=1GiB"})
	require.Equal(t, gcPercent, debug.SetGCPercent(50))
	if _, known := usableMemory(os.DirFS("/")); known {
		require.Less(t, debug.SetMemoryLimit(-1), int64(math.MaxInt64))
	}
}
