package bank

import (
	"github.com/bankingcore/bankcore/internal/ledger"
	"github.com/bankingcore/bankcore/internal/names"
	"github.com/bankingcore/bankcore/internal/store"
)

// The codes of the bank's own refusals, besides those of the packages ledger, auth and reports. The HTTP layer adds others. The set is
// closed and part of the contract (ProblemCode).
const (
	CodeTransactionNotFound ledger.Code = "transaction_not_found"
	CodeBatchNotFound       ledger.Code = "batch_not_found"
	CodeRequestNotFound     ledger.Code = "request_not_found"
	CodeKeyNotFound         ledger.Code = "idempotency_key_not_found"
	CodeTooManyAccounts     ledger.Code = "too_many_accounts"
	CodeRequestPending      ledger.Code = "request_pending"
	CodeRequestNotPending   ledger.Code = "request_not_pending"
	CodeNothingToChange     ledger.Code = "nothing_to_change"
	CodeRequestImpossible   ledger.Code = "request_impossible"
	CodeAccountNotFrozen    ledger.Code = "account_not_frozen"
	CodeAccountNotEmpty     ledger.Code = "account_not_empty"
	CodeAccountHasHolds     ledger.Code = "account_has_holds"

	CodeStandingOrderNotFound ledger.Code = "standing_order_not_found"
	CodeStandingOrderOver     ledger.Code = "standing_order_over"
	CodeTooManyStandingOrders ledger.Code = "too_many_standing_orders"
)

// refuse returns a refusal. The message must not repeat a PIN, a token or a key.
func refuse(code ledger.Code, format string, args ...any) *ledger.Refusal {
	return ledger.Refuse(code, format, args...)
}

func invalid(pointer, message string) *ledger.Refusal { return ledger.Invalid(pointer, message) }

// checkText checks the characters of a description or a reference. The contract bounds how long a reference may be.
func checkText(pointer, text string) error {
	if err := names.CheckDescription(text); err != nil {
		return invalid(pointer, err.Error())
	}
	return nil
}

var errBatchNotFound = refuse(CodeBatchNotFound, "This account has no batch of transfers with this id.")

// The store's errors for a request that was not carried out, and for one whose outcome is unknown.
var (
	ErrUnavailable = store.ErrUnavailable
	ErrUnknown     = store.ErrUnknown
)
