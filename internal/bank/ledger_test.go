package bank

import (
	"encoding/hex"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

func TestTimesAreWrittenAsTheContractSays(t *testing.T) {
	t.Parallel()
	berlin := time.FixedZone("CET", 3600)
	for want, moment := range map[string]time.Time{
		"2026-11-22T07:30:00.123456Z": time.Date(2026, 11, 22, 8, 30, 0, 123456789, berlin),
		"2026-11-22T07:30:00.000000Z": time.Date(2026, 11, 22, 7, 30, 0, 0, time.UTC),
		"2026-11-22T07:30:00.100000Z": time.Date(2026, 11, 22, 7, 30, 0, 100_000_000, time.UTC),
		"1970-01-01T00:00:00.000001Z": time.UnixMicro(1),
	} {
		require.Equal(t, want, FormatTime(moment))
	}
}

// The hashes were computed by another program from the contract's description of the chain. They must never change, or the
// histories that customers hold would no longer verify.
func TestChainHashIsFixedForEver(t *testing.T) {
	t.Parallel()
	opened := Transaction{
		ID: uuid.MustParse("019385d4-4a5b-7f9b-8123-456789abcdef"), Account: 100000000008, Sequence: 1, Type: TypeAccountOpened,
		Currency: "USD", Timestamp: time.Date(2026, 11, 22, 7, 30, 0, 123456000, time.UTC),
	}
	first := opened.chainHash(Hash{})
	require.Equal(t, "ea8b260690a0cda16bb1bf1c96ad43e1e717c90a36a4ab7316573e17a495d510", hex.EncodeToString(first[:]))
	in := transferIn()
	second := in.chainHash(first)
	require.Equal(t, "76ffcc5ed8fd762efefb9c4c3104b0563d417149f6df495dbdcc12dcc369c251", hex.EncodeToString(second[:]))
}

func transferIn() Transaction {
	return Transaction{
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
	original := entry.chainHash(previous)
	require.NotEqual(t, original, entry.chainHash(Hash{2}))
	for name, change := range map[string]func(e *Transaction){
		"id":           func(e *Transaction) { e.ID[15]++ },
		"account":      func(e *Transaction) { e.Account++ },
		"sequence":     func(e *Transaction) { e.Sequence++ },
		"type":         func(e *Transaction) { e.Type = TypeTransferOut },
		"amount":       func(e *Transaction) { e.Amount++ },
		"currency":     func(e *Transaction) { e.Currency = "EUR" },
		"balance":      func(e *Transaction) { e.BalanceAfter++ },
		"timestamp":    func(e *Transaction) { e.Timestamp = e.Timestamp.Add(time.Microsecond) },
		"transfer":     func(e *Transaction) { e.Transfer[15]++ },
		"counterparty": func(e *Transaction) { e.Counterparty++ },
		"description":  func(e *Transaction) { e.Description += "." },
	} {
		changed := entry
		change(&changed)
		require.NotEqual(t, original, changed.chainHash(previous), name)
	}
	hashed := entry
	hashed.Hash = Hash{9}
	require.Equal(t, original, hashed.chainHash(previous), "the hash must not depend on itself")
}
