package store

import (
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
		return fmt.Errorf("the file is not what this bank wrote: its MAC does not fit; %s", orUnsigned)
	}
	return nil
}
