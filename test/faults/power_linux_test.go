package faults

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/testkit/bankcoretest"
	"github.com/bankingcore/bankcore/internal/testkit/checker"
)

// powered is a disk whose power can be cut, with the loss of what has not been synced by then.
type powered struct {
	folder  string
	environ func(tr *trial) []string // of a server that works on it; called before each start
	cut     func(tr *trial)          // ends the server too, and leaves the disk as it is found when the power is back
}

// There are two disks, because every machine has at least one: a file system that is shut down, where it can be mounted, and
// a record of what the program wrote and synced.
func disks(t *testing.T) map[string]func(t *testing.T) powered {
	t.Helper()
	all := map[string]func(t *testing.T) powered{"recorded disk": newRecordedDisk}
	if _, _, err := mountImage(t); err != nil {
		checker.Report(t, "cannot cut the power of ext4 here, only of the recorded disk: %v", err)
	} else {
		all["ext4"] = newExt4
	}
	return all
}

// imageOptions makes the journal be written seldom, so that only a sync saves what was written.
const imageOptions = "loop,commit=300"

// mountImage mounts a new file system on a file.
func mountImage(t *testing.T) (image, folder string, err error) {
	t.Helper()
	image, folder = filepath.Join(t.TempDir(), "ext4.img"), t.TempDir()
	require.NoError(t, os.WriteFile(image, nil, 0o600))
	require.NoError(t, os.Truncate(image, 64<<20))
	if output, err := exec.Command("mkfs.ext4", "-q", "-F", image).CombinedOutput(); err != nil {
		return "", "", fmt.Errorf("mkfs.ext4: %w %s", err, bytes.TrimSpace(output))
	}
	return image, folder, mount(t, image, folder, "ext4", imageOptions)
}

// newExt4 mounts a file system on an image. Its own developers cut the power with its shutdown ioctl: the journal is no longer
// written, nor is anything else. An fsync that is under way at that moment may still return success for what is lost (a loop
// of write and fsync shows it), so only answers from before the cut count.
func newExt4(t *testing.T) powered {
	t.Helper()
	image, folder, err := mountImage(t)
	require.NoError(t, err)
	return powered{
		folder:  folder,
		environ: func(*trial) []string { return nil },
		cut: func(tr *trial) {
			shutDown(t, folder)
			tr.kill()
			unmount(t, folder)
			output, err := exec.Command("mount", "-o", imageOptions, image, folder).CombinedOutput()
			require.NoError(t, err, "%s", output)
		},
	}
}

// shutDown is EXT4_IOC_SHUTDOWN with EXT4_GOING_FLAGS_NOLOGFLUSH.
func shutDown(t *testing.T, folder string) {
	t.Helper()
	const request, noLogFlush = 0x8004587d, uint32(2)
	file, err := os.Open(folder)
	require.NoError(t, err)
	defer func() { _ = file.Close() }()
	flags := noLogFlush
	_, _, errno := syscall.Syscall(syscall.SYS_IOCTL, file.Fd(), request, uintptr(unsafe.Pointer(&flags)))
	require.Zero(t, errno, errno.Error())
}

// newRecordedDisk makes a folder and records everything that a server does to it. Cutting its power kills the server and
// rebuilds the files from what was there when the server started and from the record.
func newRecordedDisk(t *testing.T) powered {
	t.Helper()
	folder, log := t.TempDir(), filepath.Join(t.TempDir(), "log")
	var before map[string][]byte
	cuts := 0
	return powered{
		folder: folder,
		environ: func(tr *trial) []string {
			before = contents(t, folder)
			return tr.onDisk("DISK_LOG=" + log)
		},
		cut: func(tr *trial) {
			tr.kill()
			cuts++
			for path, content := range afterPowerCut(t, before, log, survivors[cuts%len(survivors)]) {
				if content == nil {
					_ = os.Remove(path) // it was deleted and not written again
					continue
				}
				require.NoError(t, os.WriteFile(path, content, 0o600))
			}
			_ = os.Remove(tr.database + "-shm") // never read after a restart
		},
	}
}

// survivors says which of the writes that were not synced reach the disk all the same: none, all but the first, every other.
var survivors = []func(i int) bool{
	func(int) bool { return false }, func(i int) bool { return i > 0 }, func(i int) bool { return i%2 == 1 },
}

// contents reads the files of a folder.
func contents(t *testing.T, folder string) map[string][]byte {
	t.Helper()
	all := map[string][]byte{}
	paths, err := filepath.Glob(filepath.Join(folder, "*"))
	require.NoError(t, err)
	for _, path := range paths {
		all[path], err = os.ReadFile(path)
		require.NoError(t, err)
	}
	return all
}

// diskWrite is one operation in a disk's record.
type diskWrite struct {
	operation string
	offset    int64
	bytes     []byte
}

func (w *diskWrite) apply(content []byte) []byte {
	end := w.offset + int64(len(w.bytes))
	if short := end - int64(len(content)); short > 0 {
		content = append(content, make([]byte, short)...)
	}
	copy(content[w.offset:], w.bytes)
	if w.operation == "truncate" {
		return content[:end]
	}
	return content
}

// applyTo applies the operation to a file, or to a folder; a deleted file becomes nil.
func (w *diskWrite) applyTo(files map[string][]byte, path string) {
	if w.operation == "unlink" {
		files[string(w.bytes)] = nil
		return
	}
	files[path] = w.apply(files[path])
}

// afterPowerCut returns what the files hold: what was synced, and what survives of the rest.
func afterPowerCut(t *testing.T, before map[string][]byte, log string, survives func(i int) bool) map[string][]byte {
	t.Helper()
	files, pending := maps.Clone(before), map[string][]diskWrite{}
	file, err := os.Open(log)
	require.NoError(t, err)
	defer func() { _ = file.Close() }()
	for reader := bufio.NewReader(file); ; {
		var w diskWrite
		var length int
		var path string
		if _, err := fmt.Fscanf(reader, "%s %d %d %s\n", &w.operation, &w.offset, &length, &path); err != nil {
			break // the end, or a line that the kill has cut
		}
		w.bytes = make([]byte, length)
		if _, err := io.ReadFull(reader, w.bytes); err != nil {
			break
		}
		if w.operation == "unlink" { // waits for its folder's sync
			w.bytes, path = []byte(path), filepath.Dir(path)
		}
		if w.operation != "sync" {
			pending[path] = append(pending[path], w)
			continue
		}
		for _, synced := range pending[path] {
			synced.applyTo(files, path)
		}
		delete(pending, path)
	}
	for path, writes := range pending {
		for i, w := range writes {
			if survives(i) {
				w.applyTo(files, path)
			}
		}
	}
	return files
}

// TestPowerCut cuts the power under load. What was acknowledged was on the disk.
func TestPowerCut(t *testing.T) {
	t.Parallel()
	for name, disk := range disks(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := disk(t)
			tr := newPowerTrial(t, d)
			cuts := checker.Times(3)
			for cycle := range cuts {
				tr.during(int64(20+20*cycle%100), func(context.CancelFunc) {
					tr.record.Deafen()
					d.cut(tr)
				})
				tr.serve(d.environ(tr)...)
				tr.load(1, 0).Repeat(context.Background(), 2*trialTellers)
				tr.requireKept()
			}
			tr.terminate()
			tr.report("power cut, "+name, cuts)
		})
	}
}

func newPowerTrial(t *testing.T, d powered) *trial {
	t.Helper()
	binary, err := bankcoretest.Quick()
	require.NoError(t, err)
	tr := newTrial(t, binary, filepath.Join(d.folder, "bank.db"))
	t.Cleanup(tr.kill) // before the file system is unmounted
	tr.terminate()
	tr.serve(d.environ(tr)...)
	return tr
}

// TestPowerCutShowsMissingSyncs: a database that does not wait for the disk loses what it has acknowledged, and the tests
// above would see it. A kill cannot show it, because the kernel keeps what was written.
func TestPowerCutShowsMissingSyncs(t *testing.T) {
	bankcoretest.Thorough(t)
	t.Parallel()
	for setting, number := range map[string]string{"OFF": "0", "NORMAL": "1"} {
		t.Run(setting, func(t *testing.T) {
			t.Parallel()
			m := mutant{"synchronous=" + setting, []sourceEdit{
				{sqliteFile, "_synchronous=FULL", "_synchronous=" + setting}, {sqliteFile, `"synchronous": "2"`, `"synchronous": "` + number + `"`},
			}}
			binary := m.build(t, "synchronous-"+setting)
			for name, disk := range disks(t) {
				d := disk(t)
				tr := newPowerTrial(t, d)
				tr.terminate()
				tr.binary = binary
				tr.serve(d.environ(tr)...)
				tr.during(50, func(context.CancelFunc) {
					tr.record.Deafen()
					d.cut(tr)
				})
				tr.serve() // recovers what there is
				v := tr.verdict()
				require.NotZero(t, v.Lost, "on %s", name)
				tr.kill()
				checker.Report(t, "power cut, %s, %s: acknowledged %d, lost %d, as the checker must see", name, m.name, v.Acknowledged, v.Lost)
			}
		})
	}
}
