//go:build unix

package files

import (
	"io/fs"
	"os"
	"syscall"
)

// GiveTo gives a file that root has created to the owner of another file, as SQLite does with the files beside a database.
func GiveTo(path string, like fs.FileInfo) error {
	owner, ok := like.Sys().(*syscall.Stat_t)
	if !ok || os.Geteuid() != 0 {
		return nil
	}
	return os.Chown(path, int(owner.Uid), int(owner.Gid))
}
