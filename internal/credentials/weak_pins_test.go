package credentials

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestChoosingAPinThatIsGuessedFirst checks each kind against the rule that is meant for it, since many of these PINs are
// refused as common ones, too.
func TestChoosingAPinThatIsGuessedFirst(t *testing.T) {
	t.Parallel()
	for kind, c := range map[string]struct {
		rule      func(string) bool
		weak, not string
	}{
		"zeros first":    {startsWithZeros, "0000 0042 00835291", "0835 8300 0830"},
		"year":           {isYear, "1900 1984 2029", "1899 2030 19841 84"},
		"date":           {isDate, "3112 1231 2902 0229 311284 123184 841231 290200 121984 198412 151984 198415 1051984 0151984 1984105 31121984 12311984 19841231 29022000", "3212 3002 313184 311299123 32121984 31121899 31122030 29021900 001984"},
		"even steps":     {isSteps, "1111 000000000000 1234 4321 7890 8901 1098 2468 9630 3692 0505 012345678901", "1235 0234 8902 12346"},
		"again":          {isRepeated, "1212 12121 121212 482482 4824824 83528352 111111", "1221 48248 8352835"},
		"groups":         {isGrouped, "1122 3377 111222 112233 9999888877776666", "1223 11222 4411223"},
		"keypad path":    {isKeypadPath, "2580 0852 1470 7410 3690 147896 1478963 12369", "1593 2581 8352"},
		"keypad lines":   {isKeypadLines, "159357 147258 258456 741852963 14736 15935774", "1593 147250 1472580"},
		"keypad squares": {isKeypadSquare, "1379 1397 7931 2684 8426", "1377 13792 2486480"},
	} {
		for _, pin := range strings.Fields(c.weak) {
			require.True(t, c.rule(pin), "%s: %s", kind, pin)
			if len(pin) <= 12 {
				require.True(t, IsWeakPIN(pin), "%s: %s", kind, pin)
			}
		}
		for _, pin := range strings.Fields(c.not) {
			require.False(t, c.rule(pin), "%s: %s", kind, pin)
		}
	}
	for _, pin := range []string{
		"8352", "6139", "0835", "83529", "482913", "730164", "905518", "835291470362", "583920175566",
	} {
		require.False(t, IsWeakPIN(pin), pin)
	}
}

// TestChoosingABirthday checks that every day of a lifetime is refused, in any order of writing.
func TestChoosingABirthday(t *testing.T) {
	t.Parallel()
	layouts := strings.Fields("0201 0102 2006 020106 010206 060102 012006 200601 212006 122006 200612 02012006 01022006 20060102 2012006 0212006 0112006 1022006 2006102 2006012")
	days := 0
	for day := time.Date(firstYear, 1, 1, 0, 0, 0, 0, time.UTC); day.Year() <= lastYear; day = day.AddDate(0, 0, 1) {
		for _, layout := range layouts {
			// If the day or the month has two digits, a layout with one digit does not apply.
			if pin := day.Format(layout); len(pin) == len(layout) && !isDate(pin) && !isYear(pin) {
				t.Errorf("%s as %s", day.Format(time.DateOnly), layout)
			}
		}
		days++
	}
	require.Equal(t, 47_482, days)
}

// TestChoosingAMostUsedPin checks that the list is as long as its header says.
func TestChoosingAMostUsedPin(t *testing.T) {
	t.Parallel()
	lengths := map[int]int{}
	for pin := range commonPins() {
		require.Regexp(t, `^[0-9]{4,12}$`, pin)
		require.True(t, IsWeakPIN(pin), pin)
		lengths[len(pin)]++
	}
	require.Equal(t, map[int]int{4: 1000, 5: 1000, 6: 1000, 7: 1000, 8: 1000, 9: 1000, 10: 1000, 11: 1000, 12: 498}, lengths)
}

// TestWhatIsLeftToChooseFrom limits the share of refused PINs: rules that refuse too much drive people to the few PINs that
// are left.
func TestWhatIsLeftToChooseFrom(t *testing.T) {
	t.Parallel()
	for digits, most := range map[int]float64{4: 19, 5: 5, 6: 14, 7: 3, 8: 2} {
		all := 1
		for range digits {
			all *= 10
		}
		weak, tried := 0, 10_000
		step := int(0.618*float64(all)) + 1 // the golden ratio spreads the samples evenly, and an odd step visits each of 10,000 once
		for i := range tried {
			if IsWeakPIN(fmt.Sprintf("%0*d", digits, i*step%all)) {
				weak++
			}
		}
		share := 100 * float64(weak) / float64(tried)
		t.Logf("of %d digits: %d of %d refused (%.1f %%)", digits, weak, tried, share)
		require.Less(t, share, most)
		require.Positive(t, share)
	}
}

func TestMalformedPins(t *testing.T) {
	t.Parallel()
	for _, pin := range []string{
		"", "835", "8352914703628", "83 52", "8352\n", "835a", "-8352", "８３５２", "٨٣٥٢", "835\x002", "8.35", "+8352",
	} {
		require.False(t, IsPIN(pin), "%q", pin)
	}
}
