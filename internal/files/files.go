// Package files makes files durable, and writes files under a name that shows that they are not complete yet, for the store and for
// backups.
package files

import (
	"errors"
	"io"
	"os"
)

// Sync makes a file, or a folder's list of names, durable against a power cut.
func Sync(path string) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }()
	return file.Sync()
}

// partialPattern names files that are not complete yet.
const partialPattern = ".bankcore-*.partial"

// WritePartial writes a new file, readable only by its owner, under a name that marks it as not complete yet, and returns the name. It leaves
// nothing behind if it fails.
func WritePartial(folder string, write func(file io.Writer) error) (string, error) {
	partial, err := os.CreateTemp(folder, partialPattern)
	if err != nil {
		return "", err
	}
	if err := errors.Join(write(partial), partial.Sync(), partial.Close()); err != nil {
		return "", errors.Join(err, os.Remove(partial.Name()))
	}
	return partial.Name(), nil
}
