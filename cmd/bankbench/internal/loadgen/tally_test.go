package loadgen

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestExplain(t *testing.T) {
	t.Parallel()
	moves := Moves{
		Transfers:   Moved{Acknowledged: Sum{10, 500}, Unknown: Sum{1, 70}},
		Deposits:    Moved{Acknowledged: Sum{4, 40}},
		Withdrawals: Moved{Acknowledged: Sum{3, 30}, Unknown: Sum{2, 20}},
	}
	acknowledged, unknown := moves.Total()
	require.Equal(t, [2]int64{17, 3}, [2]int64{acknowledged, unknown})
	for name, test := range map[string]struct {
		growth Growth
		says   string // "" if it is explained
	}{
		"nothing unknown was done":  {Growth{27, 40, 30, 500}, ""},
		"all of it was done":        {Growth{31, 40, 50, 570}, ""},
		"some of it was done":       {Growth{28, 40, 40, 500}, ""},
		"an entry is missing":       {Growth{26, 40, 30, 500}, "entries: the ledger has 26 more, where 27 were acknowledged and 4 are unknown"},
		"an entry too many":         {Growth{32, 40, 30, 500}, "entries"},
		"a transfer's money is not": {Growth{27, 40, 30, 499}, "money transferred"},
		"transferred twice":         {Growth{27, 40, 30, 571}, "money transferred"},
		"deposited too little":      {Growth{27, 39, 30, 500}, "money deposited"},
		"deposited too much":        {Growth{27, 41, 30, 500}, "money deposited"},
		"withdrawn too little":      {Growth{27, 40, 29, 500}, "money withdrawn"},
		"withdrawn too much":        {Growth{27, 40, 51, 500}, "money withdrawn"},
	} {
		err := moves.Explain(test.growth)
		if test.says == "" {
			require.NoError(t, err, name)
		} else {
			require.ErrorContains(t, err, test.says, name)
		}
	}
}

// TestReceiptsAreAFairSample: the memory is bounded, and late receipts are kept as often as early ones.
func TestReceiptsAreAFairSample(t *testing.T) {
	t.Parallel()
	kept := newTally(1, maxReceipts/1000) // room for 1000
	for i := range 10_000 {
		kept.keep(Receipt{Account: i})
	}
	require.Len(t, kept.receipts, 1000)
	late := 0
	for _, r := range kept.receipts {
		if r.Account >= 5000 {
			late++
		}
	}
	require.InDelta(t, 500, late, 80)
	require.Equal(t, 1, newTally(0, 10*maxReceipts).limit)
}
