// Package ids makes the ids of rows, which sort by time.
package ids

import (
	"encoding/binary"
	"fmt"
	"io"
	"time"

	"github.com/google/uuid"
)

// Last sorts after every id; lists begin before it.
var Last = uuid.Max

// New returns a UUID of version 7 (RFC 9562) that begins with the microseconds of now: ids sort by time and are neighbours
// in an index. The library's own generator reads the system clock, but the bank's clock is injected.
func New(now time.Time, random io.Reader) (uuid.UUID, error) {
	id := FirstAt(now)
	if _, err := io.ReadFull(random, id[8:]); err != nil {
		return uuid.UUID{}, fmt.Errorf("make an id: %w", err)
	}
	id[8] = id[8]&0x3f | 0x80 // the variant
	return id, nil
}

// FirstAt returns the smallest id that New can make at a time or later.
func FirstAt(t time.Time) uuid.UUID {
	var id uuid.UUID
	micros := uint64(max(t.UnixMicro(), 0))
	binary.BigEndian.PutUint64(id[:8], micros/1000<<16)
	// RFC 9562, section 6.2, method 3: the fraction of the millisecond in the 12 bits after the version.
	binary.BigEndian.PutUint16(id[6:8], 0x7000|uint16(micros%1000*4096/1000))
	return id
}
