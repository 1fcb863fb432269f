package bank

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/ledger"
	"github.com/bankingcore/bankcore/internal/store"
	"github.com/bankingcore/bankcore/internal/testkit/storetest"
	"github.com/bankingcore/bankcore/internal/verify"
)

// fill raises an empty account's balance to an amount, entry by entry as deposits do, but in one order: about 9,000 commits would be
// too slow.
func (br *branch) fill(t *testing.T, number ledger.AccountNumber, balance ledger.Money) {
	t.Helper()
	var order store.Order
	for left := balance; left > 0; left -= min(left, ledger.MaxAmount) {
		posting := ledger.Posting{Type: ledger.TypeDeposit, Account: number, Amount: min(left, ledger.MaxAmount)}
		require.NoError(t, br.bank.identify(&posting, br.bank.now()))
		order.Postings = append(order.Postings, posting)
	}
	_, err := br.store.Post(context.Background(), &order)
	require.NoError(t, err)
}

// state returns what a refusal must leave unchanged: both accounts' rows, and the numbers of entries and keys.
func (br *branch) state(t *testing.T) string {
	t.Helper()
	return storetest.Text(t, br.url, `SELECT account_number, balance, last_sequence, last_hash FROM accounts ORDER BY account_number`) +
		storetest.Text(t, br.url, `SELECT (SELECT COUNT(*) FROM transactions), (SELECT COUNT(*) FROM idempotency_keys)`)
}

func TestBalancesEndAt2To53Minus1(t *testing.T) {
	t.Parallel()
	br, ctx := newBranch(t), context.Background()
	rich, giver := br.open(t, 0).Number, br.open(t, 1000).Number
	br.fill(t, rich, ledger.MaxBalance-10)
	deposit := func(amount ledger.Money) error {
		_, err := br.bank.Deposit(ctx, ownerOf(rich), DepositParams{Account: rich, Amount: amount, IdempotencyKey: "k"})
		return err
	}
	transfer := func(amount ledger.Money) error {
		_, err := br.bank.Transfer(ctx, ownerOf(giver), TransferParams{Account: giver, To: rich, Amount: amount, IdempotencyKey: "k"})
		return err
	}
	before := br.state(t)
	for _, amount := range []ledger.Money{11, 12, 1000} {
		requireCode(t, ledger.CodeBalanceLimitExceeded, deposit(amount))
		requireCode(t, ledger.CodeBalanceLimitExceeded, transfer(amount)) // the sender's leg must not remain, either
	}
	requireCode(t, ledger.CodeBalanceLimitExceeded, deposit(ledger.MaxAmount))
	require.Equal(t, before, br.state(t))

	require.NoError(t, transfer(4))
	require.NoError(t, deposit(6), "the keys of refused requests are free")
	account, err := br.bank.readAccount(ctx, rich)
	require.NoError(t, err)
	require.Equal(t, ledger.Money(9_007_199_254_740_991), account.Balance)

	full := br.state(t)
	_, err = br.bank.Deposit(ctx, ownerOf(rich), DepositParams{Account: rich, Amount: 1})
	requireCode(t, ledger.CodeBalanceLimitExceeded, err)
	_, err = br.bank.Transfer(ctx, ownerOf(giver), TransferParams{Account: giver, To: rich, Amount: 1})
	requireCode(t, ledger.CodeBalanceLimitExceeded, err)
	require.Equal(t, full, br.state(t))
	_, err = br.bank.Withdraw(ctx, ownerOf(rich), WithdrawParams{Account: rich, Amount: 1})
	require.NoError(t, err, "a full account can pay out")
	_, err = verify.Run(ctx, br.store, func(verify.Report) {})
	require.NoError(t, err)
}
