package ledger

import (
	"errors"
	"fmt"
)

// Code is the reason for a refusal, as in the contract's ProblemCode.
type Code string

// The codes of the ledger's refusals. The bank adds others.
const (
	CodeInvalidRequest       Code = "invalid_request"
	CodeAccountNotFound      Code = "account_not_found"
	CodeSameAccount          Code = "same_account"
	CodeCurrencyMismatch     Code = "currency_mismatch"
	CodeInsufficientFunds    Code = "insufficient_funds"
	CodeBalanceLimitExceeded Code = "balance_limit_exceeded"
	CodeReferenceUsed        Code = "reference_used"
	CodeIdempotencyKeyReused Code = "idempotency_key_reused"
	CodeBatchRefused         Code = "batch_refused"
	CodeAccountFrozen        Code = "account_frozen"
	CodeAccountClosed        Code = "account_closed"
	CodeLimitExceeded        Code = "limit_exceeded"
)

// Refusal says why something was not done. Nothing has changed. Message is for the person behind the request.
type Refusal struct {
	Code    Code
	Message string
	Pointer string         // the place in the request that is at fault, such as /amount; "" if it is the request as a whole
	Limit   *LimitExceeded // for CodeLimitExceeded
}

func (r *Refusal) Error() string { return string(r.Code) + ": " + r.Message }

// The refusals that have only one form.
var (
	ErrAccountNotFound = &Refusal{Code: CodeAccountNotFound, Message: "There is no account with this number."}
	ErrSameAccount     = &Refusal{Code: CodeSameAccount, Message: "A transfer needs two different accounts."}
	ErrKeyReused       = &Refusal{Code: CodeIdempotencyKeyReused, Message: "This Idempotency-Key belongs to an earlier, different request."}
	ErrBatchRefused    = &Refusal{Code: CodeBatchRefused, Message: "Nothing was transferred, because some of the transfers were refused."}

	errCheckDigit = &Refusal{Code: CodeAccountNotFound,
		Message: "There is no account with this number: its check digit is wrong. Look for a typing error."}
	errReferenceUsed     = &Refusal{Code: CodeReferenceUsed, Message: "An earlier transfer from this account has this reference."}
	errCurrencyMismatch  = &Refusal{Code: CodeCurrencyMismatch, Message: "A transfer needs two accounts of the same currency."}
	errInsufficientFunds = &Refusal{Code: CodeInsufficientFunds, Message: "The balance does not cover this amount."}
	errBalanceLimit      = &Refusal{Code: CodeBalanceLimitExceeded, Message: "A balance cannot pass 9007199254740991 minor units."}
)

// Refuse returns a refusal. The message must not repeat a PIN, a token or a key.
func Refuse(code Code, format string, args ...any) *Refusal {
	return &Refusal{Code: code, Message: fmt.Sprintf(format, args...)}
}

// Invalid returns the refusal of a request whose field at the pointer is not valid.
func Invalid(pointer, message string) *Refusal {
	return &Refusal{Code: CodeInvalidRequest, Pointer: pointer, Message: message}
}

// IsRefusal reports whether an error is a refusal.
func IsRefusal(err error) bool { return errors.As(err, new(*Refusal)) }
