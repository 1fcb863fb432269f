package bank

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestRuns(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		pin  string
		step byte
		want bool
	}{
		{"1111", 0, true}, {"000000000000", 0, true}, {"1112", 0, false}, {"2111", 0, false},
		{"1234", 1, true}, {"7890", 1, true}, {"8901", 1, true}, {"012345678901", 1, true}, {"1235", 1, false}, {"0234", 1, false},
		{"4321", 9, true}, {"3210", 9, true}, {"1098", 9, true}, {"9876543210", 9, true}, {"4320", 9, false}, {"9765", 9, false},
	} {
		require.Equal(t, c.want, isRun(c.pin, c.step), "%s by %d", c.pin, c.step)
	}
}

func TestCommonPinsAreWorthListing(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	var useless []string
	for _, pin := range commonPins {
		require.Regexp(t, `^[0-9]{4,12}$`, pin)
		if seen[pin] || isRun(pin, 0) || isRun(pin, 1) || isRun(pin, 9) {
			useless = append(useless, pin)
		}
		seen[pin] = true
		requireCode(t, CodeWeakPin, checkNewPin("/pin", pin))
	}
	require.Empty(t, useless, "the rules refuse these already, or they are listed twice")
}

func TestPinsThatAreRefused(t *testing.T) {
	t.Parallel()
	for code, pins := range map[Code][]string{
		CodeInvalidRequest: {
			"", "835", "8352914703628", "83 52", "8352\n", "835a", "-8352", "８３５２", "٨٣٥٢", "835\x002", "8.35", "+8352",
		},
		CodeWeakPin: {
			"0000", "9999", "111111", "777777777777", "1234", "0123", "123456", "123456789012", "4321", "9876", "210987",
			"1004", "1212", "1122", "1313", "2580", "1984", "2024", "6969", "112233", "123123", "121212", "159753", "11223344",
		},
	} {
		for _, pin := range pins {
			err := checkNewPin("/pin", pin)
			requireCode(t, code, err)
			if len(pin) >= 4 {
				require.NotContains(t, err.Error(), pin, "a PIN must not be echoed")
			}
		}
	}
	for _, pin := range []string{goodPin, wrongPin, "0835", "83529", "835291470362", "12346", "11112"} {
		require.NoError(t, checkNewPin("/pin", pin), pin)
	}
	require.False(t, slices.Contains(commonPins, goodPin))
}
