package ledger

import (
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// paid returns a batch in which account 1 has sent 30 to account 2, and the recipient's entry.
func paid(t *testing.T) (*Batch, Entry) {
	t.Helper()
	b := NewBatch(1)
	b.Accounts[1], b.Accounts[2] = opened(t, 1, 100), opened(t, 2, 7)
	_, err := b.Decide(&Order{Postings: []Posting{transfer(1, 2, 30)}})
	require.NoError(t, err)
	return b, b.Entries[1]
}

// reversal returns the posting that gives an amount of an entry of account 2 back to account 1.
func reversal(original *Entry, amount Money) Posting {
	return Posting{
		ID: uuid.UUID{21}, Type: TypeReversalOut, Account: 2, Amount: amount, Description: "Returned", Time: morning,
		To: 1, ToID: uuid.UUID{22}, Transfer: uuid.UUID{23}, Reverses: original.ID, ToReverses: uuid.UUID{1}, Original: original.Amount,
	}
}

func TestReversalsAddUpToTheOriginalAtMost(t *testing.T) {
	t.Parallel()
	b, original := paid(t)
	post := func(amount Money) (Entry, error) {
		outcome, err := b.Decide(&Order{Postings: []Posting{reversal(&original, amount)}})
		if err != nil {
			return Entry{}, err
		}
		return outcome.Results[0].Entry, nil
	}
	_, err := post(31)
	requireCode(t, CodeReversalExceeded, err)
	first, err := post(12)
	require.NoError(t, err)
	require.Equal(t, []any{TypeReversalOut, Money(12), Money(25), original.ID}, []any{first.Type, first.Amount, first.BalanceAfter, first.Reverses})
	require.Empty(t, first.FaultAgainst(&original))
	back := b.Entries[len(b.Entries)-1]
	require.Equal(t, []any{TypeReversalIn, Money(12), Money(82), uuid.UUID{1}, first.Transfer},
		[]any{back.Type, back.Amount, back.BalanceAfter, back.Reverses, back.Transfer})

	_, err = post(19)
	requireCode(t, CodeReversalExceeded, err)
	require.Equal(t, Money(18), err.(*Refusal).Limit.Remaining) //nolint:errorlint // requireCode has found one
	rest, err := post(0)
	require.NoError(t, err)
	require.Equal(t, Money(18), rest.Amount, "all that was left")
	for _, amount := range []Money{0, 1} {
		_, err = post(amount)
		requireCode(t, CodeReversalExceeded, err)
	}
	require.Equal(t, Reversed{Amount: 30, Times: 2}, b.Reversed[original.ID])
}

func TestARefusedOrderReversesNothing(t *testing.T) {
	t.Parallel()
	b, original := paid(t)
	_, err := b.Decide(&Order{Postings: []Posting{transfer(2, 1, 20)}})
	require.NoError(t, err) // 17 are left of 37
	entries, before := len(b.Entries), b.Accounts[2]
	_, err = b.Decide(&Order{Postings: []Posting{reversal(&original, 5), reversal(&original, 13)}})
	require.ErrorIs(t, err, ErrBatchRefused, "the second is not covered")
	_, err = b.Decide(&Order{Postings: []Posting{reversal(&original, 0)}})
	requireCode(t, CodeInsufficientFunds, err)
	require.Len(t, b.Entries, entries)
	require.Equal(t, before, b.Accounts[2])
	require.Zero(t, b.Reversed[original.ID])
}

func TestAnEntryIsReversedAHundredTimesAtMost(t *testing.T) {
	t.Parallel()
	b, original := paid(t)
	b.Reversed[original.ID] = Reversed{Amount: 20, Times: MaxReversals}
	_, err := b.Decide(&Order{Postings: []Posting{reversal(&original, 1)}})
	requireCode(t, CodeNotReversible, err)
}

func TestWhatIsGivenBackIsNotSpent(t *testing.T) {
	t.Parallel()
	b, original := paid(t)
	recipient := b.Accounts[2]
	recipient.Rules = &Rules{Limits: Limits{PerTransfer: new(Money(1)), Daily: new(Money(1))}}
	b.Accounts[2] = recipient
	_, err := b.Decide(&Order{Postings: []Posting{reversal(&original, 30)}})
	require.NoError(t, err)
	require.Zero(t, b.Accounts[2].Rules.Spent)
}

func TestFreezesAndClosingsHoldForReversals(t *testing.T) {
	t.Parallel()
	for says, change := range map[string]func(b *Batch) (AccountNumber, *Rules){
		"This account is frozen: no money can leave it.":       func(*Batch) (AccountNumber, *Rules) { return 2, &Rules{Freeze: Freeze{Debits: true}} },
		"This account is closed.":                              func(*Batch) (AccountNumber, *Rules) { return 2, &Rules{Closed: true} },
		"The account that would get the money back is frozen.": func(*Batch) (AccountNumber, *Rules) { return 1, &Rules{Freeze: Freeze{Credits: true}} },
		"The account that would get the money back is closed.": func(*Batch) (AccountNumber, *Rules) { return 1, &Rules{Closed: true} },
	} {
		b, original := paid(t)
		number, rules := change(b)
		account := b.Accounts[number]
		account.Rules = rules
		b.Accounts[number] = account
		_, err := b.Decide(&Order{Postings: []Posting{reversal(&original, 30)}})
		require.ErrorContains(t, err, says)
	}
}

func TestReversalsOfCashHaveOneEntry(t *testing.T) {
	t.Parallel()
	for kind, want := range map[EntryType]EntryType{TypeDeposit: TypeReversalOut, TypeWithdrawal: TypeReversalIn} {
		b := NewBatch(1)
		b.Accounts[1] = opened(t, 1, 100)
		cash := deposit(30)
		cash.Type = kind
		_, err := b.Decide(&Order{Postings: []Posting{cash}})
		require.NoError(t, err)
		original := b.Entries[0]
		require.Equal(t, want, original.Type.ReversalType())
		_, err = b.Decide(&Order{Postings: []Posting{{
			ID: uuid.UUID{21}, Type: want, Account: 1, Description: "Mistyped", Time: morning, Via: original.SettledAgainst(),
			Reverses: original.ID, Original: original.Amount,
		}}})
		require.NoError(t, err)
		require.Len(t, b.Entries, 2)
		require.Equal(t, Money(100), b.Accounts[1].Balance)
		require.Equal(t, SettledInCash, b.Entries[1].SettledAgainst())
		account := original.State()
		require.Empty(t, b.Entries[1].Follows(&account))
		require.Empty(t, b.Entries[1].FaultAgainst(&original))
	}
}

func TestFaultAgainstNamesWhatIsWrong(t *testing.T) {
	t.Parallel()
	b, original := paid(t)
	_, err := b.Decide(&Order{Postings: []Posting{reversal(&original, 30)}})
	require.NoError(t, err)
	sound := b.Entries[2]
	require.Empty(t, sound.FaultAgainst(&original))
	require.Empty(t, b.Entries[3].FaultAgainst(&b.Entries[0]), "the sender's side")
	for reason, change := range map[string]func(e *Entry){
		"it reverses no earlier entry of its account": func(e *Entry) { e.Sequence = original.Sequence },
		"its type does not fit what it reverses":      func(e *Entry) { e.Type = TypeReversalIn },
		"it reverses money of another account":        func(e *Entry) { e.Counterparty = 3 },
		"it is not settled as what it reverses":       func(e *Entry) { e.Via = "card" },
	} {
		changed := sound
		change(&changed)
		require.Equal(t, reason, changed.FaultAgainst(&original))
	}
	again := sound
	again.Reverses, again.Sequence = sound.ID, sound.Sequence+1
	require.NotEmpty(t, again.FaultAgainst(&sound), "a reversal of a reversal")
	require.WithinDuration(t, morning, sound.Timestamp, time.Second)
}
