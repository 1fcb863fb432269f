package store

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"

	"filippo.io/age"
)

// ageIntro begins each file of age.
const ageIntro = "age-encryption.org/v1\n"

// seal encrypts a file to a new one in a folder, and returns its name. The caller removes both.
func seal(path, folder string, recipients []age.Recipient) (string, error) {
	plain, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer func() { _ = plain.Close() }()
	return writePartial(folder, func(sealed io.Writer) error {
		encrypting, err := age.Encrypt(sealed, recipients...)
		if err != nil {
			return err
		}
		if _, err := io.Copy(encrypting, plain); err != nil {
			return err
		}
		return encrypting.Close()
	})
}

// writePartial writes a new file, readable by its owner alone, and returns its name. Nothing is left of one that fails.
func writePartial(folder string, write func(file io.Writer) error) (string, error) {
	partial, err := os.CreateTemp(folder, partialPattern)
	if err != nil {
		return "", err
	}
	if err := errors.Join(write(partial), partial.Sync(), partial.Close()); err != nil {
		return "", errors.Join(err, os.Remove(partial.Name()))
	}
	return partial.Name(), nil
}

// unseal copies a backup to a new file in a folder, checks its MAC on the way and decrypts it, and returns the file's name. So what is
// restored is what was checked, whatever becomes of the backup meanwhile.
func unseal(p RestoreParams, folder string) (string, error) {
	backup, err := os.Open(p.Backup)
	if err != nil {
		return "", err
	}
	defer func() { _ = backup.Close() }()
	var written string
	var key []byte
	if len(p.Keys) > 0 {
		if written, key, err = readMAC(p.Backup, p.Keys); err != nil {
			return "", err
		}
	}
	mac := newMAC(key)
	source := bufio.NewReader(io.TeeReader(backup, mac))
	return writePartial(folder, func(file io.Writer) error {
		if err := decrypt(file, source, p.Identities); err != nil {
			return err
		}
		if _, err := io.Copy(io.Discard, source); err != nil {
			return err
		}
		if key == nil {
			return nil
		}
		return checkMAC(written, key, mac)
	})
}

func beginsEncrypted(file *bufio.Reader) bool {
	intro, _ := file.Peek(len(ageIntro)) // a shorter file is not encrypted
	return bytes.Equal(intro, []byte(ageIntro))
}

// isEncrypted does not report a file that cannot be read, which shows when it is.
func isEncrypted(path string) bool {
	file, err := os.Open(path)
	if err != nil {
		return false
	}
	defer func() { _ = file.Close() }()
	return beginsEncrypted(bufio.NewReader(file))
}

// decrypt copies what is encrypted if there are identities, and what is not if there are none.
func decrypt(to io.Writer, from *bufio.Reader, identities []age.Identity) error {
	plain := io.Reader(from)
	switch encrypted := beginsEncrypted(from); {
	case encrypted && len(identities) == 0:
		return errors.New("the backup is encrypted: --identity names the file with the key")
	case !encrypted && len(identities) > 0:
		return errors.New("the backup is not encrypted, so --identity does not belong to it")
	case encrypted:
		var err error
		if plain, err = age.Decrypt(from, identities...); err != nil {
			return fmt.Errorf("decrypt: %w", err)
		}
	}
	_, err := io.Copy(to, plain)
	return err
}
