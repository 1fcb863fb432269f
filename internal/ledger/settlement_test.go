package ledger

import (
	"encoding/hex"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// TestASettlementCodeIsAFurtherLine: the vector was computed by another program from the contract's description.
func TestASettlementCodeIsAFurtherLine(t *testing.T) {
	t.Parallel()
	first, err := hex.DecodeString("ea8b260690a0cda16bb1bf1c96ad43e1e717c90a36a4ab7316573e17a495d510")
	require.NoError(t, err)
	entry := transferIn()
	entry.Type, entry.Description, entry.Via, entry.Transfer, entry.Counterparty = TypeDeposit, "Salary", "card", uuid.Nil, 0
	sum := entry.ChainHash(Hash(first))
	require.Equal(t, "b42400fbe97f363c97b6684731e4545e8daff3c3cf01a00aa547fa0f9d3b3057", hex.EncodeToString(sum[:]))
}

func TestOnlyMoneyThatComesInOrGoesOutIsSettled(t *testing.T) {
	t.Parallel()
	ada := opened(t, 1, 100)
	accounts := map[AccountNumber]Account{1: ada, 2: opened(t, 2, 0)}
	for _, via := range []string{"", "cash", "wire", "abcdefghijklmnop"} {
		p := deposit(5)
		p.Via = via
		entries, err := Decide(p, accounts)
		require.NoError(t, err)
		require.Equal(t, via, entries[0].Via)
		require.Empty(t, entries[0].Follows(&ada))
	}
	for _, via := range []string{"Cash", "cash ", "a-b", "abcdefghijklmnopq", "cash\nhold=1", "é"} {
		require.Error(t, CheckSettlement(via))
		p := deposit(5)
		p.Via = via
		_, err := Decide(p, accounts)
		requireCode(t, CodeInvalidRequest, err)
		entries, err := Decide(deposit(5), accounts)
		require.NoError(t, err)
		forged := entries[0]
		forged.Via = via
		forged.Hash = forged.ChainHash(ada.Hash)
		require.Equal(t, "it cannot be settled in this way", forged.Follows(&ada))
	}
	transfer := Posting{Type: TypeTransferOut, Account: 1, To: 2, Amount: 5, Via: "cash"}
	_, err := Decide(transfer, accounts)
	requireCode(t, CodeInvalidRequest, err)
}

func TestEntriesWithoutACodeAreSettledInCash(t *testing.T) {
	t.Parallel()
	for want, entry := range map[string]Entry{
		"cash": {Type: TypeWithdrawal, Amount: 1}, "wire": {Type: TypeDeposit, Amount: 1, Via: "wire"}, "": {Type: TypeTransferIn, Amount: 1},
	} {
		require.Equal(t, want, entry.SettledAgainst())
	}
	nothing := Entry{Type: TypeAccountOpened}
	require.Empty(t, nothing.SettledAgainst())
}
