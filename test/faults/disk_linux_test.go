package faults

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/testkit/bankcoretest"
	"github.com/bankingcore/bankcore/internal/testkit/checker"
)

// buildDisk compiles the disk that fails on demand, once.
var buildDisk = sync.OnceValues(func() (string, error) {
	folder, err := bankcoretest.Folder()
	if err != nil {
		return "", err
	}
	path := filepath.Join(folder, "disk.so")
	compile := `$(go env CC) -O1 -shared -fPIC -o "$0" testdata/disk.c -ldl -lpthread`
	if output, err := exec.Command("sh", "-c", compile, path).CombinedOutput(); err != nil {
		return "", fmt.Errorf("compile the disk: %w\n%s", err, output)
	}
	return path, nil
})

// onDisk returns the environment of a server whose database is on the failing disk.
func (tr *trial) onDisk(more ...string) []string {
	tr.t.Helper()
	library, err := buildDisk()
	require.NoError(tr.t, err)
	return append([]string{"LD_PRELOAD=" + library, "DISK_UNDER=" + filepath.Dir(tr.database)}, more...)
}

// newDiskTrial starts a trial for many restarts.
func newDiskTrial(t *testing.T) *trial {
	t.Helper()
	binary, err := bankcoretest.Quick()
	require.NoError(t, err)
	return newTrial(t, binary, filepath.Join(t.TempDir(), "bank.db"))
}

// strike is one way for a disk to fail, and what must happen if the server was listening.
type strike struct {
	name      string
	operation string
	errno     syscall.Errno          // 0 to be killed
	indexes   []int                  // in the short form
	ends      func(path string) bool // reports whether the server must end; nil if it may do either
}

// In the short form, the disk fails at a few places: in the recovery of what the last kill has left, in the first commit, and
// in the middle. The long form continues until a run is not struck.
var strikes = []strike{
	{"EIO at a write", "write", syscall.EIO, []int{1, 2, 5, 13, 34, 89, 144, 233}, nil},
	{"EIO in the middle of a write", "torn", syscall.EIO, []int{3, 21, 55, 150}, nil},
	{"no space at a write", "write", syscall.ENOSPC, []int{1, 3, 8, 21, 55, 88, 145, 232}, func(string) bool { return false }},
	{"no space in the middle of a write", "torn", syscall.ENOSPC, []int{2, 20, 56, 151}, func(string) bool { return false }},
	{"EIO at a sync", "sync", syscall.EIO, []int{1, 2, 3, 4, 5, 7, 11, 17}, isLog},
	{"no space at a sync", "sync", syscall.ENOSPC, []int{4, 8, 12}, isLog},
	{"EIO at a read", "read", syscall.EIO, []int{1, 4, 9, 16, 25, 36, 49}, nil},
	{"killed before a write", "write", 0, []int{1, 4, 12, 33, 90, 146, 234}, nil},
	{"killed in the middle of a write", "torn", 0, []int{6, 54, 149}, nil},
	{"killed before a sync", "sync", 0, []int{1, 3, 6, 10, 15, 21}, nil},
}

func isLog(path string) bool { return strings.HasSuffix(path, "-wal") }

var struckAt = regexp.MustCompile(`disk: \w+ \d+ of (\S+): `)

// TestDiskFails makes a read, a write or a sync of the database fail, at one index after the other. A commit whose outcome is
// unknown ends the server, a full disk does not, and what was acknowledged or refused stays so, through a restart.
func TestDiskFails(t *testing.T) {
	t.Parallel()
	for _, s := range strikes {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			if checker.Times(1) > 1 {
				strikeEverywhere(t, s)
				return
			}
			tr, struck := newDiskTrial(t), 0
			for i, n := range s.indexes {
				if testing.Short() && i%3 != 1 {
					continue
				}
				if tr.strike(s, n) {
					struck++
				}
			}
			require.Positive(t, struck, "none of the indexes is reached: how much is written depends on which requests share a commit")
			tr.report(s.name, struck)
		})
	}
}

// strikesPerBank is after how many strikes a new bank begins, because a long record takes long to check.
const strikesPerBank = 50

// strikeEverywhere strikes at every index, until several runs in a row end before it is reached: how much is written depends on
// which requests share a commit.
func strikeEverywhere(t *testing.T, s strike) {
	t.Helper()
	tr := newDiskTrial(t)
	for n, missed := 1, 0; missed < 5; n++ {
		if missed++; tr.strike(s, n) {
			missed = 0
		}
		if n%strikesPerBank == 0 {
			tr.report(fmt.Sprintf("%s, up to %d", s.name, n), strikesPerBank)
			tr.kill()
			tr = newDiskTrial(t)
		}
	}
	tr.report(s.name+", the rest", 1)
}

// strike runs the server until its disk fails at the n-th operation, and reports whether it got that far.
func (tr *trial) strike(s strike, n int) bool {
	tr.t.Helper()
	tr.kill()
	environ := tr.onDisk(fmt.Sprintf("DISK_STRIKE=%s:%d:%d", s.operation, n, int(s.errno)))
	listens := tr.serveOrEnd(environ...)
	from := len(tr.record.Calls())
	early := struckAt.MatchString(tr.p.Stderr.String())
	if listens {
		tr.load(4, 12).Run(context.Background())
	}
	if s.errno == 0 {
		tr.kill() // if the strike has not: then all that the server has written is read
	}
	found := struckAt.FindStringSubmatch(tr.p.Stderr.String())
	switch {
	case found == nil:
	case s.errno == 0:
		require.Equal(tr.t, -1, tr.ended())
	case !listens:
		require.Equal(tr.t, 1, tr.ended(), tr.p.Stderr)
	case !early && s.ends != nil:
		tr.requireEnd(s.ends(found[1]), from, "%s %d: %s", s.name, n, tr.p.Stderr)
	}
	tr.kill()
	tr.restart()
	return found != nil
}

// outcomeUnknown is why a server ends: only a fresh start can see whether the last transaction is in the file.
const outcomeUnknown = "a commit failed and its outcome is unknown"

// requireEnd checks that a server whose disk has failed has ended, after telling the clients whose commit it was, or else that it
// still works.
func (tr *trial) requireEnd(ends bool, from int, context ...any) {
	tr.t.Helper()
	if ends {
		require.Equal(tr.t, 1, tr.ended(), context...)
		require.Contains(tr.t, tr.p.Stderr.String(), outcomeUnknown, context...)
		require.True(tr.t, slices.ContainsFunc(tr.record.Calls()[from:], func(call checker.Call) bool {
			return call.Status == http.StatusServiceUnavailable && call.Outcome == checker.Unknown
		}), context...)
		return
	}
	before := tr.acknowledged()
	tr.load(2, 4).Run(tr.t.Context())
	require.Greater(tr.t, tr.acknowledged(), before, context...)
}

// fillable is a disk that a test can fill and free again.
type fillable struct {
	folder     string
	fill, free func()
	environ    func(tr *trial) []string // of a server that works on it
}

// TestDiskFillsUp fills the disk under the database while many customers work, and frees it again. Meanwhile the server does what
// needs no room, and afterwards everything, without a restart.
func TestDiskFillsUp(t *testing.T) {
	t.Parallel()
	all := map[string]func(t *testing.T) fillable{"writes refused": refusingDisk}
	if err := mountMemory(t, t.TempDir()); err != nil {
		checker.Report(t, "cannot mount a small file system here, so writes are only refused: %v", err)
	} else {
		all["tmpfs"] = smallDisk
	}
	for name, disk := range all {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := disk(t)
			binary, err := bankcoretest.Quick()
			require.NoError(t, err)
			tr := newTrial(t, binary, filepath.Join(d.folder, "bank.db"))
			tr.kill()
			tr.serve(d.environ(tr)...)
			times := checker.Times(3)
			for range times {
				tr.during(30, func(stop context.CancelFunc) {
					d.fill()
					tr.await(checker.Refused, 50)
					require.Equal(t, 200, tr.p.Call("GET", "/readyz", nil).Status, "reads still work")
					d.free()
					tr.await(checker.Acknowledged, 50)
					stop()
				})
				tr.requireKept()
			}
			require.NotContains(t, tr.p.Stderr.String(), outcomeUnknown)
			tr.terminate()
			tr.report("disk full and freed, "+name, times)
		})
	}
}

// mountMemory mounts a file system with room for the log, which is copied into the database from 40 MB on.
func mountMemory(t *testing.T, folder string) error {
	t.Helper()
	return mount(t, "tmpfs", folder, "tmpfs", "size=128m")
}

// smallDisk mounts a file system in memory, filled by a file beside the database.
func smallDisk(t *testing.T) fillable {
	t.Helper()
	folder := t.TempDir()
	require.NoError(t, mountMemory(t, folder))
	ballast := filepath.Join(folder, "ballast")
	fill := func() {
		file, err := os.Create(ballast)
		require.NoError(t, err)
		defer func() { _ = file.Close() }()
		for err == nil {
			_, err = file.Write(make([]byte, 64<<10))
		}
		require.ErrorIs(t, err, syscall.ENOSPC)
	}
	free := func() { require.NoError(t, os.Remove(ballast)) }
	return fillable{folder, fill, free, func(*trial) []string { return nil }}
}

// refusingDisk refuses every write while a file exists.
func refusingDisk(t *testing.T) fillable {
	t.Helper()
	full := filepath.Join(t.TempDir(), "full")
	fill := func() { require.NoError(t, os.WriteFile(full, nil, 0o600)) }
	free := func() { require.NoError(t, os.Remove(full)) }
	return fillable{t.TempDir(), fill, free, func(tr *trial) []string { return tr.onDisk("DISK_FULL=" + full) }}
}

// mount mounts a file system until the test ends.
func mount(t *testing.T, source, folder, kind, options string) error {
	t.Helper()
	output, err := exec.Command("mount", "-t", kind, "-o", options, source, folder).CombinedOutput()
	if err != nil {
		return fmt.Errorf("mount: %w %s", err, bytes.TrimSpace(output))
	}
	t.Cleanup(func() { unmount(t, folder) })
	return nil
}

func unmount(t *testing.T, folder string) {
	t.Helper()
	output, err := exec.Command("umount", folder).CombinedOutput()
	require.NoError(t, err, "%s", output)
}

// TestCheckerSeesAnUnknownCommitToldAsRefused: what the disk did not confirm is in the file all the same, and appears after a
// restart.
func TestCheckerSeesAnUnknownCommitToldAsRefused(t *testing.T) {
	bankcoretest.Thorough(t)
	t.Parallel()
	m := mutant{"a commit of unknown outcome is told as refused", []sourceEdit{
		{storeErrorsFile, `fmt.Errorf("%w: %w", ErrUnknown, err)`, `fmt.Errorf("%w: %w", ErrUnavailable, err)`},
	}}
	tr := newTrial(t, m.build(t, "told-as-refused"), filepath.Join(t.TempDir(), "bank.db"))
	tr.kill()
	tr.serve(tr.onDisk("DISK_STRIKE=sync:28:5")...)
	for i := range 40 { // the load would repeat requests, and a replay that is refused breaks no promise
		call := tr.client.Do(t.Context(), tr.customers[0], checker.Request{
			Type: checker.Deposit, Account: tr.customers[0].Number, Amount: 1, Description: fmt.Sprint("deposit ", i),
		})
		if call.Code == "unavailable" {
			_ = tr.p.Cmd.Process.Kill() // before another commit takes its place in the log
			break
		}
	}
	require.Equal(t, -1, tr.ended())
	require.Contains(t, tr.p.Stderr.String(), "disk: sync 28")
	tr.serve()
	found := tr.verdict().Violations
	require.NotEmpty(t, found)
	require.Contains(t, strings.Join(found, "\n"), "was refused and took effect")
	checker.Report(t, "mutant on a failing disk: %s: seen", m.name)
}
