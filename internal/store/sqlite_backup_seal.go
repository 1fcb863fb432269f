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

// ageIntro begins every age file.
const ageIntro = "age-encryption.org/v1\n"

// seal encrypts a file into a new one in a folder, and returns its name. The caller removes both.
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

// writePartial writes a new file, readable only by its owner, and returns its name. It leaves nothing behind if it fails.
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

// unseal copies a backup to a new file in a folder, checking its MAC and decrypting it on the way, and returns the file's name. What is
// restored is therefore what was checked, even if the backup changes meanwhile.
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

// isEncrypted returns false for a file that it cannot read; the error appears when the file is read.
func isEncrypted(path string) bool {
	file, err := os.Open(path)
	if err != nil {
		return false
	}
	defer func() { _ = file.Close() }()
	return beginsEncrypted(bufio.NewReader(file))
}

// decrypt copies an encrypted file if there are identities, and a plain file if there are none.
func decrypt(to io.Writer, from *bufio.Reader, identities []age.Identity) error {
	plain := io.Reader(from)
	switch encrypted := beginsEncrypted(from); {
	case encrypted && len(identities) == 0:
		return errors.New("the backup is encrypted: --identity names the file with the key")
	case !encrypted && len(identities) > 0:
		return errors.New("the backup is not encrypted: leave out --identity")
	case encrypted:
		var err error
		if plain, err = age.Decrypt(from, identities...); err != nil {
			return fmt.Errorf("decrypt: %w", err)
		}
	}
	_, err := io.Copy(to, plain)
	return err
}
