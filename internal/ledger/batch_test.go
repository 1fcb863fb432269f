package ledger

import (
	"fmt"
	"maps"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// bank is what a database would hold between two batches.
type bank struct {
	accounts   map[AccountNumber]Account
	claims     map[KeyName]Claim
	references map[ReferenceName]struct{}
	entries    []Entry
}

// post carries out orders in one batch, as a store does.
func (b *bank) post(t require.TestingT, orders []*Order) (outcomes []Outcome, refusals []error) {
	batch := NewBatch(len(orders))
	maps.Copy(batch.Accounts, b.accounts)
	maps.Copy(batch.Claims, b.claims)
	maps.Copy(batch.References, b.references)
	for _, order := range orders {
		outcome, err := batch.Decide(order)
		if err != nil {
			require.ErrorAs(t, err, new(*Refusal))
		}
		outcomes, refusals = append(outcomes, outcome), append(refusals, err)
	}
	for _, key := range batch.Claimed {
		require.NotContains(t, b.claims, key, "a key is claimed once")
		require.Contains(t, batch.Claims, key)
	}
	require.Len(t, batch.Claims, len(b.claims)+len(batch.Claimed))
	for i := range batch.Entries {
		e := &batch.Entries[i]
		account := b.accounts[e.Account]
		require.Empty(t, e.Follows(&account))
		state := e.State()
		state.Rules = batch.Accounts[e.Account].Rules
		b.accounts[e.Account] = state
	}
	require.Equal(t, b.accounts, batch.Accounts, "the states are those that the entries leave")
	b.claims, b.references, b.entries = batch.Claims, batch.References, append(b.entries, batch.Entries...)
	return outcomes, refusals
}

func newBank(t require.TestingT) *bank {
	b := &bank{accounts: map[AccountNumber]Account{}, claims: map[KeyName]Claim{}, references: map[ReferenceName]struct{}{}}
	for number, balance := range map[AccountNumber]Money{1: 100, 2: 0, 3: MaxBalance - 50, 4: 30} {
		account := opened(t, number, min(balance, MaxAmount))
		account.Balance = balance
		b.accounts[number] = account
	}
	euros := b.accounts[4]
	euros.Currency = "EUR"
	b.accounts[4] = euros
	return b
}

// newRuledBank is newBank with limits on one account, and a freeze of another that ends in the middle of the orders' times.
func newRuledBank(t require.TestingT) *bank {
	b := newBank(t)
	rule := func(number AccountNumber, rules Rules) {
		account := b.accounts[number]
		account.Rules = &rules
		b.accounts[number] = account
	}
	rule(3, Rules{Limits: Limits{PerTransfer: limit(50), Daily: limit(120)}})
	rule(2, Rules{Freeze: Freeze{Credits: true, Until: morning}})
	return b
}

// drawOrders draws orders that meet in accounts, keys and references. Their ids are all different.
func drawOrders(t *rapid.T) []*Order {
	serial := byte(0)
	id := func() uuid.UUID { serial++; return uuid.UUID{9, serial} }
	posting := rapid.Custom(func(t *rapid.T) Posting {
		p := Posting{
			ID: id(), Type: rapid.SampledFrom([]EntryType{TypeDeposit, TypeWithdrawal, TypeTransferOut, TypeTransferOut}).Draw(t, "type"),
			Account: AccountNumber(rapid.IntRange(1, 5).Draw(t, "account")), Amount: Money(rapid.IntRange(0, 60).Draw(t, "amount")),
			Time: morning.Add(time.Duration(rapid.IntRange(-3, 3).Draw(t, "time")) * time.Second), Calendar: utc,
		}
		if p.Type == TypeTransferOut {
			p.To, p.ToID, p.Transfer = AccountNumber(rapid.IntRange(1, 5).Draw(t, "to")), id(), id()
			p.Reference = rapid.SampledFrom([]string{"", "", "A", "B"}).Draw(t, "reference")
		}
		return p
	})
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) *Order {
		o := &Order{
			Postings: rapid.SliceOfN(posting, 1, 4).Draw(t, "postings"), Each: rapid.Bool().Draw(t, "each"), Trial: rapid.IntRange(0, 5).Draw(t, "trial") == 0,
		}
		if key := rapid.SampledFrom([]string{"", "x", "y"}).Draw(t, "key"); key != "" && !o.Trial {
			request := []byte(rapid.SampledFrom([]string{"one request", "another"}).Draw(t, "fingerprint"))
			o.Key = Key{
				KeyName: KeyName{o.Postings[0].Account.String(), key}, Fingerprints: [][]byte{request}, Claim: Claim{Fingerprint: request, Kind: KindEntry, ID: o.Postings[0].ID},
			}
		}
		return o
	}), 1, 12).Draw(t, "orders")
}

// TestABatchIsWhatItsOrdersAreOneByOne: however orders are divided into batches, they have the same entries, hashes, refusals, balances and
// counters.
func TestABatchIsWhatItsOrdersAreOneByOne(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		orders := drawOrders(t)
		oneByOne, divided := newRuledBank(t), newRuledBank(t)
		for at := 0; at < len(orders); {
			size := rapid.IntRange(1, len(orders)-at).Draw(t, "size of the batch")
			outcomes, refusals := divided.post(t, orders[at:at+size])
			for i := range size {
				outcome, refusal := oneByOne.post(t, orders[at+i:at+i+1])
				require.Equal(t, outcome[0], outcomes[i])
				require.Equal(t, refusal[0], refusals[i])
			}
			at += size
		}
		require.Equal(t, oneByOne, divided)
	})
}

// TestAnOrderLeavesNothingUnlessItIsCarriedOut compares all that a batch knows before and after an order.
func TestAnOrderLeavesNothingUnlessItIsCarriedOut(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		b := newRuledBank(t)
		for _, order := range drawOrders(t) {
			before := fmt.Sprint(b)
			outcome, err := b.post(t, []*Order{order})
			switch {
			case err[0] != nil, order.Trial, outcome[0].Earlier != nil:
				require.Equal(t, before, fmt.Sprint(b))
			case !order.Each:
				require.Zero(t, outcome[0].Refused(), "all or nothing")
			}
			if err[0] == nil && outcome[0].Earlier == nil {
				require.Len(t, outcome[0].Results, len(order.Postings))
			}
		}
	})
}

// posts returns an order for one posting under a key.
func posts(p Posting, key, request string) *Order {
	o := &Order{Postings: []Posting{p}}
	if key != "" {
		o.Key = Key{KeyName: KeyName{p.Account.String(), key}, Fingerprints: [][]byte{[]byte(request)}, Claim: Claim{Fingerprint: []byte(request), Kind: KindEntry, ID: p.ID}}
	}
	return o
}

func TestOrdersOfABatchMeetEachOther(t *testing.T) {
	t.Parallel()
	b := newBank(t)
	named := transfer(1, 2, 10)
	named.Reference = "INV-7"
	orders := []*Order{
		posts(transfer(1, 2, 80), "a", "80 to 2"),                                // 0: 1 has 20, 2 has 80
		posts(transfer(1, 2, 21), "b", "21 to 2"),                                // 1: refused, and its key stays free
		posts(transfer(2, 1, 30), "", ""),                                        // 2: with what has just come in: 1 has 50, 2 has 50
		posts(transfer(1, 2, 21), "b", "21 to 2"),                                // 3: 1 has 29, 2 has 71
		posts(transfer(1, 2, 80), "a", "80 to 2"),                                // 4: repeats 0
		posts(transfer(1, 2, 1), "a", "1 to 2"),                                  // 5: another request under the key
		posts(transfer(1, 4, 1), "", ""),                                         // 6: another currency
		posts(transfer(1, 5, 1), "", ""),                                         // 7: no such account
		posts(named, "", ""),                                                     // 8: 1 has 19, 2 has 81
		posts(named, "", ""),                                                     // 9: its reference is taken
		{Postings: []Posting{transfer(1, 2, 5), transfer(1, 2, 15)}},             // 10: together too much
		{Postings: []Posting{transfer(1, 2, 5), transfer(1, 2, 15)}, Each: true}, // 11: 1 has 14, 2 has 86
		{Postings: []Posting{transfer(1, 2, 14)}, Trial: true},                   // 12
		posts(transfer(1, 2, 14), "c", "14 to 2"),                                // 13: 1 has 0, 2 has 100
	}
	for i, order := range orders {
		for j := range order.Postings {
			order.Postings[j].ID = uuid.UUID{1, byte(i), byte(j)}
		}
		if order.Key.Text != "" {
			order.Key.Claim.ID = order.Postings[0].ID
		}
	}
	outcomes, refusals := b.post(t, orders)
	want := map[int]Code{
		1: CodeInsufficientFunds, 5: CodeIdempotencyKeyReused, 6: CodeCurrencyMismatch, 7: CodeAccountNotFound, 9: CodeReferenceUsed,
		10: CodeBatchRefused,
	}
	for i, err := range refusals {
		if code, refused := want[i]; refused {
			requireCode(t, code, err)
			continue
		}
		require.NoError(t, err, i)
	}
	require.Equal(t, outcomes[0].Results[0].Entry.ID, outcomes[4].Earlier.ID)
	require.Nil(t, outcomes[10].Results[0].Refusal)
	requireCode(t, CodeInsufficientFunds, outcomes[10].Results[1].Refusal)
	require.Equal(t, 1, outcomes[11].Refused())
	require.Zero(t, b.accounts[1].Balance)
	require.Equal(t, Money(100), b.accounts[2].Balance)
}

// TestAPanicLeavesNothing: half of what an order has changed would be worse than all or nothing.
func TestAPanicLeavesNothing(t *testing.T) {
	t.Parallel()
	b := newBank(t)
	batch := NewBatch(1)
	maps.Copy(batch.Accounts, b.accounts)
	before := fmt.Sprint(batch.Accounts, batch.Entries)
	named := transfer(1, 2, 10)
	named.Reference = "INV-7"
	batch.References = nil // so that it panics when the money has moved
	require.Panics(t, func() { _, _ = batch.Decide(posts(named, "", "")) })
	require.Equal(t, before, fmt.Sprint(batch.Accounts, batch.Entries))
}

func TestUndoTakesTheLastOrderBack(t *testing.T) {
	t.Parallel()
	b := newBank(t)
	batch := NewBatch(2)
	maps.Copy(batch.Accounts, b.accounts)
	_, err := batch.Decide(posts(transfer(1, 2, 10), "a", "10"))
	require.NoError(t, err)
	entries, claims := fmt.Sprint(batch.Accounts, batch.Entries), fmt.Sprint(batch.Claims, batch.Claimed)
	_, err = batch.Decide(posts(transfer(2, 1, 5), "b", "5"))
	require.NoError(t, err)
	batch.Undo()
	require.Equal(t, entries, fmt.Sprint(batch.Accounts, batch.Entries))
	require.Equal(t, claims, fmt.Sprint(batch.Claims, batch.Claimed))
}

// TestAFaultIsNotARefusal: a posting that no request can ask for fails the whole order.
func TestAFaultIsNotARefusal(t *testing.T) {
	t.Parallel()
	b := newBank(t)
	batch := NewBatch(1)
	maps.Copy(batch.Accounts, b.accounts)
	odd := deposit(1)
	odd.Type = TypeTransferIn
	_, err := batch.Decide(&Order{Postings: []Posting{transfer(1, 2, 10), odd}, Each: true})
	require.Error(t, err)
	require.NotErrorAs(t, err, new(*Refusal))
	require.Empty(t, batch.Entries)
	require.Equal(t, b.accounts, batch.Accounts)
}
