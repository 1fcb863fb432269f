package ledger

import (
	"bytes"
	"math"
	"math/rand/v2"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestLuhnVectors(t *testing.T) {
	t.Parallel()
	for _, number := range []AccountNumber{
		79927398713,                                         // the textbook example
		378282246310005, 4111111111111111, 5555555555554444, // the card networks' test numbers
		490154203237518, // an IMEI
		100000000008, 900000000001, 999999999991,
	} {
		require.True(t, number.LuhnValid(), int64(number))
		for wrong := AccountNumber(1); wrong < 10; wrong++ {
			require.False(t, (number/10*10 + (number%10+wrong)%10).LuhnValid(), int64(number))
		}
	}
}

func TestLuhnFindsTypingErrors(t *testing.T) {
	t.Parallel()
	source := rand.NewChaCha8([32]byte{1})
	for range 300 {
		number, fair := DrawAccountNumber(source.Uint64())
		require.True(t, fair)
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
	return number.LuhnValid()
}

func TestDrawnNumbersAreSpreadEvenly(t *testing.T) {
	t.Parallel()
	const draws = 20_000
	source := rand.NewChaCha8([32]byte{7})
	seen := map[AccountNumber]bool{}
	var counts [accountDigits][10]int
	for range draws {
		number, fair := DrawAccountNumber(source.Uint64())
		require.True(t, fair, "the incomplete round is less than one draw in a billion")
		require.True(t, number.LuhnValid())
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
	for bits, base := range map[uint64]int64{
		0: 10_000_000_000, 89_999_999_999: 99_999_999_999, 90_000_000_000: 10_000_000_000, maxUint64Multiple - 1: 99_999_999_999,
	} {
		number, fair := DrawAccountNumber(bits)
		require.True(t, fair)
		require.Equal(t, base, int64(number)/10)
	}
	for _, bits := range []uint64{maxUint64Multiple, math.MaxUint64} {
		number, fair := DrawAccountNumber(bits)
		require.False(t, fair)
		require.Zero(t, number)
	}
}

func TestParseAccountNumber(t *testing.T) {
	t.Parallel()
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

var twelveDigits = regexp.MustCompile(`^[0-9]{12}\z`)

func FuzzParseAccountNumber(f *testing.F) {
	for _, text := range []string{
		"100000000008", "000000000000", "999999999999", "", "1", "10000000000a", "+10000000000", "-00000000001", "1_0000000000",
		"100000000008\n", "１０００００００００", "\u0661\u0662\u0663\u0664\u0665\u0666", "0x1234567890",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		number, err := ParseAccountNumber(text)
		require.Equal(t, twelveDigits.MatchString(text), err == nil)
		if err != nil {
			requireCode(t, CodeInvalidRequest, err)
			require.Zero(t, number)
			return
		}
		require.Equal(t, text, number.String())
		// Luhn again, on the written digits.
		sum := 0
		for i, digit := range []byte(text) {
			value := int(digit - '0')
			if i%2 == 0 {
				value = value*2/10 + value*2%10
			}
			sum += value
		}
		require.Equal(t, sum%10 == 0, number.LuhnValid())
	})
}
