//go:build unix

package store

import (
	"io/fs"
	"os"
	"syscall"
)

// giveTo makes a file that root has made the property of another file's owner, as SQLite does with a database's companions.
func giveTo(path string, like fs.FileInfo) error {
	owner, ok := like.Sys().(*syscall.Stat_t)
	if !ok || os.Geteuid() != 0 {
		return nil
	}
	return os.Chown(path, int(owner.Uid), int(owner.Gid))
}
