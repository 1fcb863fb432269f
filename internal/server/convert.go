package server

import (
	"context"
	"encoding/hex"
	"net/url"
	"strconv"
	"time"

	"github.com/google/uuid"

	"github.com/bankingcore/bankcore/internal/api"
	"github.com/bankingcore/bankcore/internal/audit"
	"github.com/bankingcore/bankcore/internal/bank"
	"github.com/bankingcore/bankcore/internal/ledger"
)

func accountOf(a bank.Account) api.Account {
	return api.Account{
		AccountNumber:     a.Number.String(),
		AccountHolderName: a.Holder,
		Nickname:          nilIfZero(a.Nickname),
		Balance:           int64(a.Balance),
		HeldBalance:       int64(a.Held),
		AvailableBalance:  int64(a.Available()),
		Currency:          a.Currency,
		Role:              api.Role(a.Role),
		IsLocked:          a.SignInLocked,
		Status:            api.AccountStatus(a.Status),
		Frozen:            freezeOf(&a),
		CreatedAt:         ledger.FormatTime(a.CreatedAt),
	}
}

func transactionOf(t ledger.Entry) api.Transaction {
	answer := api.Transaction{
		Id:              t.ID,
		AccountNumber:   t.Account.String(),
		Sequence:        t.Sequence,
		TransactionType: api.TransactionType(t.Type),
		Amount:          int64(t.Amount),
		Currency:        t.Currency,
		BalanceAfter:    int64(t.BalanceAfter),
		Timestamp:       ledger.FormatTime(t.Timestamp),
		Description:     t.Description,
		Reference:       nilIfZero(t.Reference),
		Via:             nilIfZero(t.Via),
		Hash:            hex.EncodeToString(t.Hash[:]),
	}
	answer.HoldId, answer.ReversesId = nilIfZero(t.Hold), nilIfZero(t.Reverses)
	if t.Transfer != uuid.Nil {
		answer.TransferId = &t.Transfer
		answer.CounterpartyAccount = pointer(t.Counterparty.String())
	}
	return answer
}

func detailsOf(t *bank.Transaction) api.TransactionDetails {
	entry := transactionOf(t.Entry)
	details := api.TransactionDetails{
		Id: entry.Id, AccountNumber: entry.AccountNumber, Sequence: entry.Sequence, TransactionType: entry.TransactionType,
		Amount: entry.Amount, Currency: entry.Currency, BalanceAfter: entry.BalanceAfter, Timestamp: entry.Timestamp,
		Description: entry.Description, TransferId: entry.TransferId, CounterpartyAccount: entry.CounterpartyAccount,
		Reference: entry.Reference, Via: entry.Via, HoldId: entry.HoldId, ReversesId: entry.ReversesId, Hash: entry.Hash,
	}
	if len(t.Reversals) > 0 {
		details.ReversedAmount = pointer(int64(t.Reversed))
		details.Reversals = pointer(each(t.Reversals, func(e ledger.Entry) api.TransactionReversal {
			return api.TransactionReversal{Id: e.ID, Amount: int64(e.Amount), Timestamp: ledger.FormatTime(e.Timestamp)}
		}))
	}
	return details
}

func eventOf(e audit.Event) api.Event {
	return api.Event{
		Id:            e.ID,
		EventType:     api.EventType(e.Type),
		AccountNumber: accountOfEvent(e),
		Actor:         e.Actor,
		ClientAddress: e.Address,
		RequestId:     e.RequestID,
		Timestamp:     ledger.FormatTime(e.Timestamp),
		Count:         e.Count,
		Detail:        e.Detail,
		Sequence:      e.Sequence,
		PreviousHash:  hex.EncodeToString(e.Previous[:]),
		Hash:          hex.EncodeToString(e.Hash[:]),

		ServerRequestId: e.ServerRequestID,
	}
}

// accountOfEvent returns nil for an event of the whole bank, and for failures that named no account.
func accountOfEvent(e audit.Event) *api.EventAccount {
	if e.Account == audit.WholeBank {
		return nil
	}
	number := e.Account.String()
	return &number
}

// each converts a list. The result is never nil, so JSON shows an empty list and not null.
func each[From, To any](list []From, convert func(From) To) []To {
	converted := make([]To, 0, len(list))
	for _, item := range list {
		converted = append(converted, convert(item))
	}
	return converted
}

func pointer[T any](value T) *T { return &value }

// nilIfZero returns nil for the zero value.
func nilIfZero[T comparable](value T) *T {
	var zero T
	if value == zero {
		return nil
	}
	return &value
}

// value returns the zero value for nil.
func value[T any](optional *T) T {
	if optional == nil {
		var zero T
		return zero
	}
	return *optional
}

// timeOf parses a filter's time. The contract has checked its form, but not that the day exists.
func timeOf(place string, text *string) (time.Time, error) {
	if text == nil {
		return time.Time{}, nil
	}
	t, err := time.Parse(time.RFC3339, *text)
	if err != nil || t.Year() < 1970 || t.Year() > 9999 {
		return time.Time{}, invalidRequest(fieldError(place, "is not an RFC 3339 time after 1970"))
	}
	return t, nil
}

// nextLink returns the Link header (RFC 8288) to the next page, or nil on the last one.
func (s *Server) nextLink(ctx context.Context, cursor string, limit *int) *string {
	if cursor == "" {
		return nil
	}
	query := url.Values{"cursor": {cursor}}
	if limit != nil {
		query.Set("limit", strconv.Itoa(*limit))
	}
	return pointer("<" + s.link(scopeOf(ctx).request.URL.EscapedPath()) + "?" + query.Encode() + `>; rel="next"`)
}
