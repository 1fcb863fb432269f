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
		"reference":    func(e *Entry) { e.Reference += "." },
		"via":          func(e *Entry) { e.Via += "a" },
		"hold":         func(e *Entry) { e.Hold[15]++ },
		"reverses":     func(e *Entry) { e.Reverses[15]++ },
	} {
		changed := entry
		change(&changed)
		require.NotEqual(t, original, changed.ChainHash(previous), name)
	}
	hashed := entry
	hashed.Hash = Hash{9}
	require.Equal(t, original, hashed.ChainHash(previous), "the hash must not depend on itself")
}

// TestAReferenceIsAFurtherLine: the vector was computed by another program from the contract's description, as above.
func TestAReferenceIsAFurtherLine(t *testing.T) {
	t.Parallel()
	first, err := hex.DecodeString("ea8b260690a0cda16bb1bf1c96ad43e1e717c90a36a4ab7316573e17a495d510")
	require.NoError(t, err)
	entry := transferIn()
	entry.Reference = "INV-2026/7"
	sum := entry.ChainHash(Hash(first))
	require.Equal(t, "473da59c60cf74201d6af2b6d96f911b65570492e5acf185546d20b437fef093", hex.EncodeToString(sum[:]))
}

// TestHoldAndReversedEntryAreFurtherLines: the vectors were computed by another program from the contract's description, as above.
func TestHoldAndReversedEntryAreFurtherLines(t *testing.T) {
	t.Parallel()
	first, err := hex.DecodeString("ea8b260690a0cda16bb1bf1c96ad43e1e717c90a36a4ab7316573e17a495d510")
	require.NoError(t, err)
	hold, reverses := uuid.MustParse("019385d4-4a5b-7f9b-8123-456789abcd02"), uuid.MustParse("019385d4-4a5b-7f9b-8123-456789abcd03")
	for want, change := range map[string]func(e *Entry){
		"73b78b5379c5ec8ef7d480ce8391fc142840bdfd8b29fbaf27029c1f9fd52712": func(e *Entry) { e.Reference, e.Hold = "INV-2026/7", hold },
		"75dbfff9cbfb1c864cf98fcbe74a65630d4ae8d9e6f7ebf15b3ed8fb7835b9d9": func(e *Entry) { e.Type, e.Reverses = TypeReversalIn, reverses },
		"d99bcb3389cb73e054533dc9cc5af808de878876330f19190b0809611694121f": func(e *Entry) {
			e.Reference, e.Via, e.Hold, e.Reverses = "INV-2026/7", "cash", hold, reverses // which no entry has together
		},
	} {
		entry := transferIn()
		change(&entry)
		sum := entry.ChainHash(Hash(first))
		require.Equal(t, want, hex.EncodeToString(sum[:]))
	}
}

// TestATextCannotFeignAFact: a description with a line feed could have the hash of an entry that has another description and a fact.
func TestATextCannotFeignAFact(t *testing.T) {
	t.Parallel()
	honest := transferIn()
	feigned := honest
	feigned.Description += "\nreference=INV-2026/7"
	told := honest
	told.Reference = "INV-2026/7"
	require.Equal(t, told.ChainHash(Hash{}), feigned.ChainHash(Hash{}))

	ada := opened(t, 1, 100)
	feigning := deposit(5)
	feigning.Description = feigned.Description
	_, err := Decide(feigning, map[AccountNumber]Account{1: ada})
	requireCode(t, CodeInvalidRequest, err)
	entries, err := Decide(deposit(5), map[AccountNumber]Account{1: ada})
	require.NoError(t, err)
	entry := entries[0]
	entry.Description = feigned.Description
	entry.Hash = entry.ChainHash(ada.Hash)
	require.Equal(t, "its description is more than one line", entry.Follows(&ada))
}

func TestFollowsNamesWhatIsWrong(t *testing.T) {
	t.Parallel()
	ada := opened(t, 1, 100)
	entries, err := Decide(deposit(5), map[AccountNumber]Account{1: ada})
	require.NoError(t, err)
	require.Empty(t, entries[0].Follows(&ada))
	for reason, change := range map[string]func(e *Entry){
		"entry 2 is missing":                     func(e *Entry) { e.Sequence = 3 },
		"the currency is not the account's":      func(e *Entry) { e.Currency = "EUR" },
		"the balance does not follow":            func(e *Entry) { e.Amount++ },
		"the time is before":                     func(e *Entry) { e.Timestamp = e.Timestamp.Add(-time.Hour) },
		"it does not name the previous entry":    func(e *Entry) { e.Previous = uuid.UUID{9} },
		"it belongs to another account":          func(e *Entry) { e.Account = 2 },
		"its type does not fit its place":        func(e *Entry) { e.Type = TypeAccountOpened },
		"no entry can have this amount":          func(e *Entry) { e.Amount, e.BalanceAfter = 0, 100 },
		"its type does not fit the capture of a": func(e *Entry) { e.Hold = uuid.UUID{9} },
		"its type does not fit a reversal":       func(e *Entry) { e.Reverses = uuid.UUID{9} },
		"a reversal is either settled or has":    func(e *Entry) { e.Type, e.Reverses = TypeReversalIn, uuid.UUID{9} },
		"the hash does not match the entry and ": nil,
	} {
		entry := entries[0]
		if change == nil {
			entry.Hash[31]++
		} else {
			change(&entry)
			entry.Hash = entry.ChainHash(ada.Hash) // by a forger who knows how
		}
		require.Contains(t, entry.Follows(&ada), reason)
	}
}
