//go:build !unix

package store

import "io/fs"

// giveTo does nothing on systems without file owners.
func giveTo(string, fs.FileInfo) error { return nil }
