package credentials

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/crypto/argon2"
)

// pinHash is the stored form of a PIN, parsed.
type pinHash struct {
	time, memory uint32
	threads      uint8
	pepper       string // its id; "" in a hash made before hashes had one
	salt, key    []byte
}

// parsePINHash refuses parameters that could stop the process or exhaust its memory.
func parsePINHash(text string) (pinHash, error) {
	var h pinHash
	fields := strings.Split(text, "$") // "", algorithm, version, parameters, salt, key
	if len(fields) != 6 || fields[1] != "argon2id" {
		return pinHash{}, errors.New("a stored PIN hash has an unknown format")
	}
	var version int
	parameters, pepperID, named := strings.Cut(fields[3], ",keyid=")
	if _, err := fmt.Sscanf(fields[2]+" "+parameters, "v=%d m=%d,t=%d,p=%d", &version, &h.memory, &h.time, &h.threads); err != nil {
		return pinHash{}, errors.New("a stored PIN hash has unreadable parameters")
	}
	var saltErr, keyErr error
	h.pepper = pepperID
	h.salt, saltErr = base64.RawStdEncoding.DecodeString(fields[4])
	h.key, keyErr = base64.RawStdEncoding.DecodeString(fields[5])
	if saltErr != nil || keyErr != nil || version != argon2.Version || len(h.key) != pinKeySize ||
		h.time < 1 || h.time > 16 || h.memory > 1<<20 || h.threads < 1 || named != (len(h.pepper) == base64.RawStdEncoding.EncodedLen(pepperIDSize)) {
		return pinHash{}, errors.New("a stored PIN hash is damaged")
	}
	return h, nil
}
