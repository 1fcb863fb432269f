package pgtest

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"syscall"
)

// installation is what all servers of this process share.
type installation struct {
	programs   string              // the folder of initdb, postgres and the others
	credential *syscall.Credential // the user they run as; nil means this process's
	folder     string              // the servers' data
	memory     string              // the same for data that need not be durable; in memory if possible
	password   string              // of all roles: other users of this machine can reach the ports too
	guard      *exec.Cmd
	alive      io.Closer // the guard cleans up when this is closed
}

var (
	installed = sync.OnceValues(install)
	inUse     atomic.Pointer[installation]
)

func install() (*installation, error) {
	programs, err := findPrograms()
	if err != nil {
		return nil, err
	}
	credential, err := account()
	if err != nil {
		return nil, err
	}
	folder, err := os.MkdirTemp("", "bankcore-pgtest-")
	if err != nil {
		return nil, err
	}
	memory, err := MemoryFolder(folder)
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(folder))
	}
	i := &installation{programs: programs, credential: credential, folder: folder, memory: memory, password: rand.Text()}
	if err := errors.Join(os.WriteFile(i.passwordFile(), []byte(verifier(i.password)), 0o600),
		i.own(folder, memory, i.passwordFile()), i.watch()); err != nil {
		return nil, errors.Join(err, os.RemoveAll(folder), os.RemoveAll(memory))
	}
	inUse.Store(i)
	return i, nil
}

// The room that the databases of one package's tests need in memory, with a reserve, since other processes use the memory too.
const (
	sharedMemory = "/dev/shm"
	memoryNeeded = 4 << 30
)

// MemoryFolder makes a folder in memory, or in another place if memory is short. Each test has its own database, and making one mostly
// waits for the disk.
func MemoryFolder(otherwise string) (string, error) {
	place := otherwise
	var found syscall.Statfs_t
	if err := syscall.Statfs(sharedMemory, &found); err == nil && found.Bavail*uint64(found.Bsize) >= memoryNeeded {
		place = sharedMemory
	}
	return os.MkdirTemp(place, "bankcore-test-")
}

// findPrograms finds the newest of Debian's versions, which are not on PATH, or else the version on PATH.
func findPrograms() (string, error) {
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if err != nil {
		return "", err
	}
	if len(found) > 0 {
		return filepath.Dir(slices.MaxFunc(found, func(a, b string) int { return version(a) - version(b) })), nil
	}
	path, err := exec.LookPath("initdb")
	if err == nil {
		path, err = filepath.EvalSymlinks(path)
	}
	if err != nil {
		return "", fmt.Errorf("PostgreSQL is not installed; `make postgres` installs it: %w", err)
	}
	return filepath.Dir(path), nil
}

// version returns the 15 of /usr/lib/postgresql/15/bin/initdb.
func version(initdb string) int {
	number, _ := strconv.Atoi(filepath.Base(filepath.Dir(filepath.Dir(initdb))))
	return number
}

// account returns the user that the servers run as, or nil for this process's. PostgreSQL refuses to run as root.
func account() (*syscall.Credential, error) {
	if os.Geteuid() != 0 {
		return nil, nil
	}
	postgres, err := user.Lookup("postgres")
	if err != nil {
		return nil, fmt.Errorf("PostgreSQL does not run as root: %w", err)
	}
	uid, err := strconv.ParseUint(postgres.Uid, 10, 32)
	if err != nil {
		return nil, err
	}
	gid, err := strconv.ParseUint(postgres.Gid, 10, 32)
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, err
}

func (i *installation) passwordFile() string { return filepath.Join(i.folder, "password") }

// own gives files to the user that the servers run as.
func (i *installation) own(paths ...string) error {
	if i.credential == nil {
		return nil
	}
	for _, path := range paths {
		if err := os.Chown(path, int(i.credential.Uid), int(i.credential.Gid)); err != nil {
			return err
		}
	}
	return nil
}

// command returns a command that sees neither this process's environment, where PGDATA and the like may be set, nor the signals of its
// terminal.
func (i *installation) command(path string, args ...string) *exec.Cmd {
	command := exec.Command(path, args...)
	command.Dir = i.folder
	command.Env = []string{"LC_ALL=C", "PATH=/usr/bin:/bin"}
	command.SysProcAttr = &syscall.SysProcAttr{Credential: i.credential, Setsid: true}
	return command
}

// run runs one of PostgreSQL's programs and waits for it.
func (i *installation) run(program string, args ...string) error {
	output, err := i.command(filepath.Join(i.programs, program), args...).CombinedOutput()
	if err != nil {
		return fmt.Errorf("%s: %w: %s", program, err, output)
	}
	return nil
}

// guardScript waits for the end of its input, which comes when this process ends, for whatever reason. Then it ends all processes in
// the folders, and removes the folders. SIGQUIT is an immediate shutdown, which releases shared memory; SIGKILL does not.
const guardScript = `
cat >/dev/null
for signal in QUIT KILL; do
	for try in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
		processes=$(find /proc/[0-9]*/cwd -maxdepth 0 \( -lname "$1/*" -o -lname "$2/*" \) 2>/dev/null | cut -d / -f 3)
		test -z "$processes" && break 2
		test $try = 1 && kill -$signal $processes
		sleep 0.1
	done; done
rm -rf "$1" "$2"
`

// watch starts the guard. A parent-death signal would be simpler, but it is sent when a thread ends, and it leaves the data.
func (i *installation) watch() error {
	i.guard = i.command("/bin/sh", "-c", guardScript, "guard", i.folder, i.memory)
	i.guard.Dir = "/"
	alive, err := i.guard.StdinPipe()
	if err != nil {
		return err
	}
	i.alive = alive
	return i.guard.Start()
}

// end stops all servers and removes their data.
func (i *installation) end() error {
	return errors.Join(i.alive.Close(), i.guard.Wait())
}
