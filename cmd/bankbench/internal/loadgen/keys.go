package loadgen

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"time"
)

// KeyStyle is the form of the idempotency keys.
type KeyStyle string

// The styles. Clients are told to send time-ordered keys, which are next to each other in the index.
const (
	KeysTimeOrdered KeyStyle = "time-ordered" // UUIDs of version 7
	KeysRandom      KeyStyle = "random"       // UUIDs of version 4
	KeysNone        KeyStyle = "none"         // no key at all
)

// ParseKeyStyle parses a style's name.
func ParseKeyStyle(text string) (KeyStyle, error) {
	switch style := KeyStyle(text); style {
	case KeysTimeOrdered, KeysRandom, KeysNone:
		return style, nil
	}
	return "", fmt.Errorf("%q is not a style of keys: %s, %s or %s", text, KeysTimeOrdered, KeysRandom, KeysNone)
}

// keys makes idempotency keys. They do not depend on the seed: otherwise a second run on the same database would only get the answers of
// the first.
type keys struct {
	style  KeyStyle
	random *rand.ChaCha8
}

// append appends a key to a text.
func (k *keys) append(text []byte, now time.Time) []byte {
	var id [16]byte
	binary.BigEndian.PutUint64(id[8:], k.random.Uint64())
	if k.style == KeysTimeOrdered {
		// RFC 9562, section 6.2, method 3: milliseconds, and their fraction after the version.
		micros := uint64(now.UnixMicro())
		binary.BigEndian.PutUint64(id[:8], micros/1000<<16|0x7000|micros%1000*4096/1000)
	} else {
		binary.BigEndian.PutUint64(id[:8], k.random.Uint64()&^0xf000|0x4000)
	}
	id[8] = id[8]&0x3f | 0x80 // the variant
	for i, end := range [...]int{4, 6, 8, 10, 16} {
		begin := 0
		if i > 0 {
			text = append(text, '-')
			begin = [...]int{4, 6, 8, 10}[i-1]
		}
		text = hex.AppendEncode(text, id[begin:end])
	}
	return text
}
