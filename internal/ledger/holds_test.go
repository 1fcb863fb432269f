package ledger

import (
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// holding is a batch in which account 1 has 100, and account 2 nothing.
type holding struct {
	*Batch
	now time.Time
}

func newHolding(t *testing.T) *holding {
	t.Helper()
	h := &holding{NewBatch(1), time.Date(2026, 11, 22, 7, 30, 0, 0, time.UTC)}
	for number, balance := range map[AccountNumber]Money{1: 100, 2: 0} {
		account := opened(t, number, balance)
		h.Accounts[number] = account
	}
	return h
}

func (h *holding) place(amount Money, lasts time.Duration) (uuid.UUID, error) {
	hold := Hold{ID: uuid.New(), Account: 1, To: 2, Amount: amount, CreatedAt: h.now, ExpiresAt: h.now.Add(lasts)}
	_, err := h.Decide(&Order{Hold: &HoldChange{Action: PlaceHold, Hold: hold, Time: h.now}})
	return hold.ID, err
}

func (h *holding) pay(amount Money, hold uuid.UUID) error {
	_, err := h.Decide(&Order{Postings: []Posting{{
		ID: uuid.New(), ToID: uuid.New(), Transfer: uuid.New(), Type: TypeTransferOut, Account: 1, To: 2, Amount: amount, Time: h.now,
		Hold: hold, Final: true,
	}}})
	return err
}

func (h *holding) available() Money {
	account := h.Accounts[1]
	return account.Available()
}

// TestABatchSeesItsOwnHolds: what one order holds, the next one cannot take, and what one captures, the next one cannot capture.
func TestABatchSeesItsOwnHolds(t *testing.T) {
	t.Parallel()
	h := newHolding(t)
	hold, err := h.place(60, time.Minute)
	require.NoError(t, err)
	require.ErrorIs(t, h.pay(41, uuid.Nil), errInsufficientFunds)
	require.ErrorIs(t, h.pay(61, hold), errHoldExceeded)
	require.NoError(t, h.pay(50, hold))
	require.ErrorIs(t, h.pay(1, hold), errHoldCaptured)
	require.Equal(t, Money(50), h.available())
	require.NoError(t, h.pay(50, uuid.Nil))
	require.Equal(t, []uuid.UUID{hold}, h.Placed)
	require.Empty(t, h.Changed, "a new hold is written as it is in the end")
	require.Equal(t, hold, h.Entries[0].Hold)
	require.Equal(t, hold, h.Entries[1].Hold)
}

// TestARefusedCaptureLeavesItsHold, also where its neighbours in one order are carried out.
func TestARefusedCaptureLeavesItsHold(t *testing.T) {
	t.Parallel()
	h := newHolding(t)
	hold, err := h.place(60, time.Minute)
	require.NoError(t, err)
	recipient := h.Accounts[2]
	recipient.Rules = &Rules{Closed: true}
	h.Accounts[2] = recipient
	before := h.Holds[hold]
	require.ErrorIs(t, h.pay(60, hold), errRecipientClosed)
	capture := Posting{ID: uuid.New(), ToID: uuid.New(), Transfer: uuid.New(), Type: TypeTransferOut, Account: 1, To: 2, Hold: hold, Time: h.now}
	withdrawal := Posting{ID: uuid.New(), Type: TypeWithdrawal, Account: 1, Amount: 40, Time: h.now}
	outcome, err := h.Decide(&Order{Each: true, Postings: []Posting{capture, withdrawal}})
	require.NoError(t, err)
	require.Equal(t, errRecipientClosed, outcome.Results[0].Refusal)
	require.Nil(t, outcome.Results[1].Refusal)
	require.Equal(t, before, h.Holds[hold])
	require.Equal(t, [2]Money{60, 60}, [2]Money{h.Accounts[1].Balance, h.Accounts[1].Held})
}

// TestWhatIsDueIsGivenBackIfItHelps, and stays held for a debit that it would not be enough for.
func TestWhatIsDueIsGivenBackIfItHelps(t *testing.T) {
	t.Parallel()
	h := newHolding(t)
	short, err := h.place(30, time.Minute)
	require.NoError(t, err)
	long, err := h.place(60, time.Hour)
	require.NoError(t, err)
	h.now = h.now.Add(time.Minute)
	require.ErrorIs(t, h.pay(30, short), errHoldExpired)
	require.ErrorIs(t, h.pay(41, uuid.Nil), errInsufficientFunds)
	require.Equal(t, HoldPending, h.Holds[short].Status)
	_, err = h.Decide(&Order{Trial: true, Postings: []Posting{{ID: uuid.New(), Type: TypeWithdrawal, Account: 1, Amount: 40, Time: h.now}}})
	require.NoError(t, err)
	require.Equal(t, HoldPending, h.Holds[short].Status, "a trial changes nothing")
	require.NoError(t, h.pay(40, uuid.Nil))
	require.Equal(t, HoldExpired, h.Holds[short].Status)
	require.Equal(t, HoldPending, h.Holds[long].Status)
	require.Equal(t, Money(0), h.available())
}
