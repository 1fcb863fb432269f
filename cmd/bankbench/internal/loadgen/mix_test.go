package loadgen

import (
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestParseMix(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][operations]int{
		"transfer=100":                    {opTransfer: 400},
		"transfer=80,deposit=10,read=10":  {opTransfer: 320, opDeposit: 40, opAccount: 10, opHistory: 10, opEntry: 10, opMonth: 10},
		"withdraw=1, entry=2, transfer=0": {opWithdraw: 4, opEntry: 8},
		"batch":                           {opBatch: 4},
		"batch=2,transfer":                {opBatch: 8, opTransfer: 4},
		"read=1,month=3":                  {opAccount: 1, opHistory: 1, opEntry: 1, opMonth: 13},
	} {
		mix, err := ParseMix(text)
		require.NoError(t, err, text)
		require.Equal(t, want, mix.weights, text)
		require.Equal(t, text, mix.String())
		total := 0
		for _, weight := range want {
			total += weight
		}
		require.Equal(t, total, mix.total, text)
	}
	for text, says := range map[string]string{
		"":                        "expected NAME or NAME=WEIGHT",
		"transfer=":               "expected NAME or NAME=WEIGHT",
		"transfer=-1":             "expected NAME or NAME=WEIGHT",
		"transfer=1.5":            "expected NAME or NAME=WEIGHT",
		"transfer=1,":             "expected NAME or NAME=WEIGHT",
		"transfer=1000001":        "expected NAME or NAME=WEIGHT",
		"transfer=0":              "every weight is 0",
		"transfer=1,transfer=2":   `"transfer" is listed twice`,
		"refund=1":                `"refund" is not an operation`,
		"Transfer=1":              `"Transfer" is not an operation`,
		"transfer=1,operations=2": `"operations" is not an operation`,
	} {
		_, err := ParseMix(text)
		require.ErrorContains(t, err, says, text)
	}
}

func TestMixPicksByWeight(t *testing.T) {
	t.Parallel()
	mix, err := ParseMix("transfer=70,deposit=20,month=10")
	require.NoError(t, err)
	random := rand.New(rand.NewPCG(1, 2))
	var picked [operations]int
	for range 10_000 {
		picked[mix.pick(random)]++
	}
	for o, want := range [operations]int{opTransfer: 7000, opDeposit: 2000, opMonth: 1000} {
		require.InDelta(t, want, picked[o], 200, operation(o))
		require.Equal(t, want > 0, mix.has(operation(o)))
	}
	require.Zero(t, picked[opWithdraw]+picked[opAccount]+picked[opHistory]+picked[opEntry])
}

func TestParseHot(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int{"": 0, "0": 0, "1": 1, "1%": 2, "0.1%": 1, "99%": 247, "249": 249} {
		hot, err := ParseHot(text, 250)
		require.NoError(t, err, text)
		require.Equal(t, want, hot, text)
	}
	for text, says := range map[string]string{
		"250": "no account is left to send", "100%": "no account is left to send", "-1": "expected a number", "0%": "expected a number", "101%": "expected a number",
		"NaN%": "expected a number", "ten": "expected a number", "%": "expected a number",
	} {
		_, err := ParseHot(text, 250)
		require.ErrorContains(t, err, says, text)
	}
}

// TestRecipients: every other account can receive, unless some are hot: then they alone do.
func TestRecipients(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(3, 4))
	for r, receive := range map[recipients][]int{
		{accounts: 2}: {0, 1}, {accounts: 5}: {0, 1, 2, 3, 4}, {accounts: 2, hot: 1}: {1}, {accounts: 100, hot: 3}: {97, 98, 99},
	} {
		received := map[int]bool{}
		for range 1000 {
			sender := random.IntN(r.accounts - r.hot)
			to := r.pick(random, sender)
			require.NotEqual(t, sender, to)
			received[to] = true
		}
		require.Equal(t, receive, slices.Sorted(maps.Keys(received)))
	}
}
