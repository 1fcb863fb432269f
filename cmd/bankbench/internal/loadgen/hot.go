package loadgen

import (
	"errors"
	"math/rand/v2"
	"strconv"
	"strings"
)

// hotPercent is how many of all transfers go to the hot accounts, if there are any.
const hotPercent = 90

// ParseHot parses how many of a number of accounts are hot: a count such as "10", or a share such as "1%". The empty text means none.
func ParseHot(text string, accounts int) (int, error) {
	errForm := errors.New("expected a number of accounts, or a share of them such as 1%")
	if text == "" {
		return 0, nil
	}
	if share, isShare := strings.CutSuffix(text, "%"); isShare {
		percent, err := strconv.ParseFloat(share, 64)
		if err != nil || !(percent > 0 && percent <= 100) {
			return 0, errForm
		}
		return max(1, int(percent*float64(accounts)/100)), nil
	}
	count, err := strconv.Atoi(text)
	if err != nil || count < 0 {
		return 0, errForm
	}
	if count > accounts {
		return 0, errors.New("there are fewer accounts than that")
	}
	return count, nil
}

// recipients chooses who receives a transfer. The last few accounts are hot; the senders are the first.
type recipients struct {
	accounts, hot int
}

func (r recipients) pick(random *rand.Rand, sender int) int {
	for {
		to := random.IntN(r.accounts)
		if r.hot > 0 && random.IntN(100) < hotPercent {
			to = r.accounts - 1 - random.IntN(r.hot)
		}
		if to != sender {
			return to
		}
	}
}
