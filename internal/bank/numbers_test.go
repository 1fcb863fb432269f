package bank

import (
	"bytes"
	"encoding/binary"
	"io"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/testkit/storetest"
)

func TestDrawingAnAccountNumber(t *testing.T) {
	t.Parallel()
	storetest.OneEngine(t)
	stream := func(values ...uint64) io.Reader {
		var text []byte
		for _, value := range values {
			text = binary.BigEndian.AppendUint64(text, value)
		}
		return bytes.NewReader(text)
	}
	number, err := drawAccountNumber(stream(math.MaxUint64, math.MaxUint64, 6))
	require.NoError(t, err)
	require.Equal(t, int64(10_000_000_006), int64(number)/10)
	for _, dry := range []io.Reader{stream(), stream(math.MaxUint64), bytes.NewReader([]byte{1, 2, 3})} {
		_, err := drawAccountNumber(dry)
		require.Error(t, err, "a failing source must not yield a number")
	}
}
