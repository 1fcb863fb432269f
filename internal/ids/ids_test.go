package ids_test

import (
	"bytes"
	"crypto/rand"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/ids"
)

func TestIDsAreUUIDsOfVersion7(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 22, 7, 30, 0, 123456000, time.UTC)
	for _, random := range [][]byte{bytes.Repeat([]byte{0}, 8), bytes.Repeat([]byte{0xff}, 8), []byte("random!!")} {
		id, err := ids.New(now, bytes.NewReader(random))
		require.NoError(t, err)
		require.Equal(t, uuid.Version(7), id.Version())
		require.Equal(t, uuid.RFC4122, id.Variant())
		seconds, nanoseconds := id.Time().UnixTime()
		require.Equal(t, now.Truncate(time.Millisecond), time.Unix(seconds, nanoseconds).UTC().Truncate(time.Millisecond))
	}
	_, err := ids.New(now, strings.NewReader("short"))
	require.Error(t, err, "a failing source must not yield an id")
}

func TestIDsSortByTime(t *testing.T) {
	t.Parallel()
	lowest, highest := bytes.Repeat([]byte{0}, 8), bytes.Repeat([]byte{0xff}, 8)
	at := func(now time.Time, random []byte) string {
		id, err := ids.New(now, bytes.NewReader(random))
		require.NoError(t, err)
		return id.String()
	}
	now := time.Date(2026, 11, 22, 7, 30, 0, 0, time.UTC)
	for range 3000 { // across two changes of the millisecond
		next := now.Add(time.Microsecond)
		require.Less(t, at(now, highest), at(next, lowest))
		require.LessOrEqual(t, ids.FirstAt(now).String(), at(now, lowest))
		require.Less(t, at(now, highest), ids.FirstAt(next).String())
		require.Less(t, at(next, highest), ids.Last.String())
		now = next
	}
	require.Less(t, at(now, highest), at(now.Add(200*365*24*time.Hour), lowest))
	require.NotPanics(t, func() { ids.FirstAt(time.Time{}) })
}

func TestIDsOfOneMomentDiffer(t *testing.T) {
	t.Parallel()
	seen := map[uuid.UUID]bool{}
	for range 10_000 {
		id, err := ids.New(time.UnixMicro(1), rand.Reader)
		require.NoError(t, err)
		seen[id] = true
	}
	require.Len(t, seen, 10_000)
}
