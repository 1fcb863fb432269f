package ledger

import (
	"encoding/hex"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// The hashes were computed by another program from the contract's description of the chain. They must never change, or the
// histories that customers hold would no longer verify.
func TestChainHashIsFixedForEver(t *testing.T) {
	t.Parallel()
	opened := Entry{
		ID: uuid.MustParse("019385d4-4a5b-7f9b-8123-456789abcdef"), Account: 100000000008, Sequence: 1, Type: TypeAccountOpened,
		Currency: "USD", Timestamp: time.Date(2026, 11, 22, 7, 30, 0, 123456000, time.UTC),
	}
	first := opened.ChainHash(Hash{})
	require.Equal(t, "ea8b260690a0cda16bb1bf1c96ad43e1e717c90a36a4ab7316573e17a495d510", hex.EncodeToString(first[:]))
	in := transferIn()
	second := in.ChainHash(first)
	require.Equal(t, "76ffcc5ed8fd762efefb9c4c3104b0563d417149f6df495dbdcc12dcc369c251", hex.EncodeToString(second[:]))
}

func transferIn() Entry {
	return Entry{
		ID: uuid.MustParse("019385d4-4a5b-7f9b-8123-456789abcd00"), Account: 100000000008, Sequence: 2, Type: TypeTransferIn,
		Amount: 1050, Currency: "USD", BalanceAfter: 1050, Timestamp: time.Date(2026, 11, 22, 7, 30, 0, 1000, time.UTC),
		Description: "Miete für März — 家賃", Transfer: uuid.MustParse("019385d4-4a5b-7f9b-8123-456789abcd01"),
		Counterparty: 900000000000,
	}
}

func TestChainHashCoversEveryField(t *testing.T) {
	t.Parallel()
	entry := transferIn()
	previous := Hash{1}
	original := entry.ChainHash(previous)
	require.NotEqual(t, original, entry.ChainHash(Hash{2}))
	for name, change := range map[string]func(e *Entry){
		"id":           func(e *Entry) { e.ID[15]++ },
		"account":      func(e *Entry) { e.Account++ },
		"sequence":     func(e *Entry) { e.Sequence++ },
		"type":         func(e *Entry) { e.Type = TypeTransferOut },
		"amount":       func(e *Entry) { e.Amount++ },
		"currency":     func(e *Entry) { e.Currency = "EUR" },
		"balance":      func(e *Entry) { e.BalanceAfter++ },
		"timestamp":    func(e *Entry) { e.Timestamp = e.Timestamp.Add(time.Microsecond) },
		"transfer":     func(e *Entry) { e.Transfer[15]++ },
		"counterparty": func(e *Entry) { e.Counterparty++ },
		"description":  func(e *Entry) { e.Description += "." },
	} {
		changed := entry
		change(&changed)
		require.NotEqual(t, original, changed.ChainHash(previous), name)
	}
	hashed := entry
	hashed.Hash = Hash{9}
	require.Equal(t, original, hashed.ChainHash(previous), "the hash must not depend on itself")
}
