package credentials

import (
	"crypto/sha256"
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
	"strings"
)

// A key of a service client is ClientKeyPrefix, 8 characters of id, 32 of secret, and 7 of checksum. The prefix and the checksum are for
// programs that search code and logs for leaked keys: they find them, and nothing else.

// ClientKeyPrefix begins every key of a service client, and no token.
const ClientKeyPrefix = "bc_live_"

const (
	clientKeyID       = 8
	clientKeySecret   = 32
	clientKeyChecksum = 7
	clientKeyLength   = len(ClientKeyPrefix) + clientKeyID + clientKeySecret + clientKeyChecksum
)

// clientKeyAlphabet is in lower case, as people expect keys to be.
const clientKeyAlphabet = "0123456789abcdefghjkmnpqrstvwxyz"

var clientKeyText = base32.NewEncoding(clientKeyAlphabet).WithPadding(base32.NoPadding)

// ClientKey is a key of a service client.
type ClientKey struct {
	ID   string // by which the key is looked up; not secret
	Text string // the whole key
}

// NewClientKey draws a key. Its secret has 160 bits.
func NewClientKey(random io.Reader) (ClientKey, error) {
	var drawn [(clientKeyID + clientKeySecret) * 5 / 8]byte
	if _, err := io.ReadFull(random, drawn[:]); err != nil {
		return ClientKey{}, fmt.Errorf("draw a client's key: %w", err)
	}
	body := ClientKeyPrefix + clientKeyText.EncodeToString(drawn[:])
	return clientKeyOf(body + clientKeySum(body)), nil
}

// ParseClientKey reads a key and reports whether the text has the form of one, checksum included.
func ParseClientKey(text string) (key ClientKey, ok bool) {
	if len(text) != clientKeyLength || !strings.HasPrefix(text, ClientKeyPrefix) {
		return ClientKey{}, false
	}
	body, sum := text[:clientKeyLength-clientKeyChecksum], text[clientKeyLength-clientKeyChecksum:]
	if strings.Trim(body[len(ClientKeyPrefix):], clientKeyAlphabet) != "" || sum != clientKeySum(body) {
		return ClientKey{}, false
	}
	return clientKeyOf(text), true
}

// clientKeyOf returns the key of a text that has the form of a key.
func clientKeyOf(text string) ClientKey {
	return ClientKey{ID: text[len(ClientKeyPrefix):][:clientKeyID], Text: text}
}

func clientKeySum(body string) string {
	return clientKeyText.EncodeToString(binary.BigEndian.AppendUint32(nil, crc32.ChecksumIEEE([]byte(body))))
}

// Hash returns what is stored of the key. A plain hash is enough, since a key cannot be guessed.
func (k ClientKey) Hash() [sha256.Size]byte { return sha256.Sum256([]byte(k.Text)) }

// String keeps the secret out of logs and errors.
func (k ClientKey) String() string { return ClientKeyPrefix + k.ID + "…" }
