package bank

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/bankingcore/bankcore/internal/testkit/storetest"
)

func TestMoneyAtItsBounds(t *testing.T) {
	t.Parallel()
	storetest.OneEngine(t)
	for _, c := range []struct {
		balance, amount Money
		code            Code // "" if it fits
	}{
		{0, 0, ""},
		{0, MaxBalance, ""},
		{MaxBalance, 0, ""},
		{MaxBalance - 1, 1, ""},
		{MaxBalance, 1, CodeBalanceLimitExceeded},
		{1, MaxBalance, CodeBalanceLimitExceeded},
		{MaxBalance, math.MaxInt64, CodeBalanceLimitExceeded},
		{5, -1, CodeBalanceLimitExceeded},
		{5, math.MinInt64, CodeBalanceLimitExceeded},
	} {
		sum, err := c.balance.plus(c.amount)
		if c.code == "" {
			require.NoError(t, err)
			require.Equal(t, c.balance+c.amount, sum)
			back, err := sum.minus(c.amount)
			require.NoError(t, err)
			require.Equal(t, c.balance, back)
			continue
		}
		requireCode(t, c.code, err)
		require.Zero(t, sum)
	}
	for _, c := range [][2]Money{{0, 1}, {5, 6}, {MaxBalance, math.MaxInt64}, {5, -1}, {5, math.MinInt64}} {
		rest, err := c[0].minus(c[1])
		requireCode(t, CodeInsufficientFunds, err)
		require.Zero(t, rest)
	}
}

func TestBalancesStayInRange(t *testing.T) {
	t.Parallel()
	storetest.OneEngine(t)
	rapid.Check(t, func(t *rapid.T) {
		balance := Money(rapid.Int64Range(0, int64(MaxBalance)).Draw(t, "balance"))
		amount := Money(rapid.Int64().Draw(t, "amount"))
		if sum, err := balance.plus(amount); err == nil {
			require.True(t, amount >= 0 && sum >= balance && sum <= MaxBalance && sum-amount == balance)
		}
		if rest, err := balance.minus(amount); err == nil {
			require.True(t, amount >= 0 && rest >= 0 && rest <= balance && rest+amount == balance)
		}
	})
}

func TestAmountsAndCurrencies(t *testing.T) {
	t.Parallel()
	storetest.OneEngine(t)
	for _, amount := range []Money{1, 2, MaxAmount} {
		require.NoError(t, checkAmount("/amount", amount, 1))
	}
	require.NoError(t, checkAmount("/initial_deposit", 0, 0))
	for _, amount := range []Money{0, -1, MaxAmount + 1, math.MaxInt64, math.MinInt64} {
		requireCode(t, CodeInvalidRequest, checkAmount("/amount", amount, 1))
	}
	for _, code := range []string{"USD", "EUR", "JPY", "KWD"} {
		require.NoError(t, checkCurrency(code))
	}
	for _, code := range []string{"", "usd", "Usd", "US", "USDX", "ZZZ", "U$D", "USD ", "840"} {
		requireCode(t, CodeInvalidRequest, checkCurrency(code))
	}
}
