package loadgen

import (
	"errors"
	"math/rand/v2"
	"strconv"
	"strings"
)

// ParseHot parses how many of a number of accounts are hot: a count such as "1", or a share such as "1%". The empty text means none.
// One account must be left to send.
func ParseHot(text string, accounts int) (int, error) {
	errForm := errors.New("expected a number of accounts, or a share of them such as 1%")
	if text == "" {
		return 0, nil
	}
	count, err := strconv.Atoi(text)
	if share, isShare := strings.CutSuffix(text, "%"); isShare {
		percent, err := strconv.ParseFloat(share, 64)
		if err != nil || !(percent > 0 && percent <= 100) {
			return 0, errForm
		}
		count = max(1, int(percent*float64(accounts)/100))
	} else if err != nil || count < 0 {
		return 0, errForm
	}
	if count >= accounts {
		return 0, errors.New("no account is left to send: hot accounts only receive")
	}
	return count, nil
}

// recipients chooses who receives a transfer. Hot accounts, if there are any, receive all transfers and send none. They are the last
// ones; the senders are the first.
type recipients struct {
	accounts, hot int
}

func (r recipients) pick(random *rand.Rand, sender int) int {
	if r.hot > 0 {
		return r.accounts - 1 - random.IntN(r.hot)
	}
	to := random.IntN(r.accounts - 1)
	if to >= sender {
		to++
	}
	return to
}
