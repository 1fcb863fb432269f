package bank

import (
	"bytes"
	"encoding/binary"
	"io"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/testkit/storetest"
)

func TestLuhnVectors(t *testing.T) {
	t.Parallel()
	storetest.OneEngine(t)
	for _, number := range []AccountNumber{
		79927398713,                                         // the textbook example
		378282246310005, 4111111111111111, 5555555555554444, // the card networks' test numbers
		490154203237518, // an IMEI
		100000000008, 900000000001, 999999999991,
	} {
		require.True(t, number.luhnValid(), int64(number))
		for wrong := AccountNumber(1); wrong < 10; wrong++ {
			require.False(t, (number/10*10 + (number%10+wrong)%10).luhnValid(), int64(number))
		}
	}
}

func TestLuhnFindsTypingErrors(t *testing.T) {
	t.Parallel()
	storetest.OneEngine(t)
	source := rand.NewChaCha8([32]byte{1})
	for range 300 {
		number, err := drawAccountNumber(source)
		require.NoError(t, err)
		text := []byte(number.String())
		for place := range text {
			for digit := byte('0'); digit <= '9'; digit++ {
				typed := bytes.Clone(text)
				typed[place] = digit
				require.Equal(t, digit == text[place], isValid(t, typed), "%s typed as %s", text, typed)
			}
		}
		for place := range len(text) - 1 {
			typed := bytes.Clone(text)
			typed[place], typed[place+1] = typed[place+1], typed[place]
			pair := string(text[place : place+2])
			// The only pair of different digits whose swap Luhn does not detect.
			blind := pair == "09" || pair == "90" || pair[0] == pair[1]
			require.Equal(t, blind, isValid(t, typed), "%s typed as %s", text, typed)
		}
	}
}

func isValid(t *testing.T, digits []byte) bool {
	t.Helper()
	number, err := ParseAccountNumber(string(digits))
	require.NoError(t, err)
	return number.luhnValid()
}

func TestDrawnNumbersAreSpreadEvenly(t *testing.T) {
	t.Parallel()
	storetest.OneEngine(t)
	const draws = 20_000
	source := rand.NewChaCha8([32]byte{7})
	seen := map[AccountNumber]bool{}
	var counts [accountDigits][10]int
	for range draws {
		number, err := drawAccountNumber(source)
		require.NoError(t, err)
		require.True(t, number.luhnValid())
		text := number.String()
		require.Regexp(t, `^[1-9][0-9]{11}$`, text)
		seen[number] = true
		for place := range text {
			counts[place][text[place]-'0']++
		}
	}
	require.GreaterOrEqual(t, len(seen), draws-1)
	for place, count := range counts {
		digits := count[:]
		if place == 0 {
			digits = count[1:]
		}
		// Six standard deviations. The source is seeded, so the result is always the same.
		mean := float64(draws) / float64(len(digits))
		for digit, n := range digits {
			require.InDelta(t, mean, n, 6*math.Sqrt(mean), "place %d, digit %d", place, digit)
		}
	}
}

func TestDrawingSkipsTheIncompleteRound(t *testing.T) {
	t.Parallel()
	storetest.OneEngine(t)
	stream := func(values ...uint64) io.Reader {
		var text []byte
		for _, value := range values {
			text = binary.BigEndian.AppendUint64(text, value)
		}
		return bytes.NewReader(text)
	}
	for _, c := range []struct {
		values []uint64
		base   int64
	}{
		{[]uint64{0}, 10_000_000_000},
		{[]uint64{89_999_999_999}, 99_999_999_999},
		{[]uint64{90_000_000_000}, 10_000_000_000},
		{[]uint64{maxUint64Multiple - 1}, 99_999_999_999},
		{[]uint64{maxUint64Multiple, 5}, 10_000_000_005},
		{[]uint64{math.MaxUint64, maxUint64Multiple, math.MaxUint64, 6}, 10_000_000_006},
	} {
		number, err := drawAccountNumber(stream(c.values...))
		require.NoError(t, err)
		require.Equal(t, c.base, int64(number)/10)
	}
	for _, dry := range []io.Reader{stream(), stream(math.MaxUint64), bytes.NewReader([]byte{1, 2, 3})} {
		_, err := drawAccountNumber(dry)
		require.Error(t, err, "a failing source must not yield a number")
	}
}

func TestParseAccountNumber(t *testing.T) {
	t.Parallel()
	storetest.OneEngine(t)
	for _, text := range []string{"100000000008", "000000000000", "999999999999", "000000000001"} {
		number, err := ParseAccountNumber(text)
		require.NoError(t, err)
		require.Equal(t, text, number.String())
	}
	for _, text := range []string{
		"", "1", "10000000000", "1000000000080", "10000000000a", "+10000000000", "-10000000000", " 10000000000", "10000000000\n",
		"1_0000000000", "0x1000000000", "1e0000000000", "１０００００００００", "١٢٣٤٥٦", "1000 0000 00", "10000000000\x00",
	} {
		_, err := ParseAccountNumber(text)
		requireCode(t, CodeInvalidRequest, err)
	}
}
