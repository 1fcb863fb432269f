package backup

import (
	"bufio"
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"

	"filippo.io/age"

	"github.com/bankingcore/bankcore/internal/files"
)

// A backup's MAC is in a file of its own, because a database with something appended is not a valid database.
const (
	macSuffix = ".mac"
	// macFormat begins the MAC's file and the text that is authenticated.
	macFormat = "bankcore-backup-1"
)

func newMAC(key []byte) hash.Hash {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(macFormat + "\n"))
	return mac
}

// keyID identifies a key and reveals nothing else about it.
func keyID(key []byte) string {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte("key id"))
	return hex.EncodeToString(mac.Sum(nil)[:4])
}

func macText(key []byte, mac hash.Hash) string {
	return fmt.Sprintf("%s %s %s\n", macFormat, keyID(key), hex.EncodeToString(mac.Sum(nil)))
}

// writeMAC writes the MAC of a file's content to path's MAC file.
func writeMAC(content, path string, key []byte) error {
	source, err := os.Open(content)
	if err != nil {
		return err
	}
	defer func() { _ = source.Close() }()
	mac := newMAC(key)
	if _, err := io.Copy(mac, source); err != nil {
		return err
	}
	file, err := os.OpenFile(path+macSuffix, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = file.WriteString(macText(key, mac))
	return errors.Join(err, file.Sync(), file.Close())
}

const orUnsigned = "--unsigned takes the file unchecked"

// readMAC returns the text of a backup's MAC file, and the key that made it.
func readMAC(path string, keys [][]byte) (mac string, key []byte, err error) {
	text, err := os.ReadFile(path + macSuffix)
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil, fmt.Errorf("%s is missing, so nothing proves that this bank made the backup; %s", path+macSuffix, orUnsigned)
	}
	if err != nil {
		return "", nil, err
	}
	fields := strings.Fields(string(text))
	if len(fields) != 3 || fields[0] != macFormat {
		return "", nil, fmt.Errorf("%s is not the MAC of a backup; %s", path+macSuffix, orUnsigned)
	}
	of := slices.IndexFunc(keys, func(key []byte) bool { return keyID(key) == fields[1] })
	if of < 0 {
		return "", nil, fmt.Errorf("the backup was made with another SECRET_KEY (key %s; the one in use is %s): set the SECRET_KEY that was in use then; %s",
			fields[1], keyID(keys[0]), orUnsigned)
	}
	return string(text), keys[of], nil
}

func checkMAC(written string, key []byte, mac hash.Hash) error {
	if !hmac.Equal([]byte(written), []byte(macText(key, mac))) {
		return fmt.Errorf("the file is not what this bank wrote: its MAC does not match; %s", orUnsigned)
	}
	return nil
}

// ageIntro begins every age file.
const ageIntro = "age-encryption.org/v1\n"

// seal encrypts a file into a new one in a folder, and returns its name. The caller removes both.
func seal(path, folder string, recipients []age.Recipient) (string, error) {
	plain, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer func() { _ = plain.Close() }()
	return files.WritePartial(folder, func(sealed io.Writer) error {
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
	return files.WritePartial(folder, func(file io.Writer) error {
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
