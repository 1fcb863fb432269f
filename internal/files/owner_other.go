//go:build !unix

package files

import "io/fs"

// GiveTo does nothing on systems without file owners.
func GiveTo(string, fs.FileInfo) error { return nil }
