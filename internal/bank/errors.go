package bank

import (
	"errors"
	"fmt"
	"time"

	"github.com/bankingcore/bankcore/internal/names"
	"github.com/bankingcore/bankcore/internal/store"
)

// Code is the reason for a refusal. The set is closed and part of the contract (ProblemCode).
type Code string

// The codes of the bank's own refusals; the HTTP layer adds others.
const (
	CodeInvalidRequest       Code = "invalid_request"
	CodeInvalidToken         Code = "invalid_token"
	CodeTokenRevoked         Code = "token_revoked"
	CodeInvalidCredentials   Code = "invalid_credentials"
	CodeInvalidResetCode     Code = "invalid_reset_code"
	CodeSecondFactorRequired Code = "second_factor_required"
	CodeInvalidSecondFactor  Code = "invalid_second_factor"
	CodeForbidden            Code = "forbidden"
	CodeInvalidAdminKey      Code = "invalid_admin_key"
	CodeInvitationRequired   Code = "invitation_required"
	CodeInvalidInvitation    Code = "invalid_invitation"
	CodeOpeningsClosed       Code = "openings_closed"
	CodeAccountNotFound      Code = "account_not_found"
	CodeTransactionNotFound  Code = "transaction_not_found"
	CodeSessionNotFound      Code = "session_not_found"
	CodeKeyNotFound          Code = "idempotency_key_not_found"
	CodeAccountNotLocked     Code = "account_not_locked"
	CodeSecondFactorEnabled  Code = "second_factor_enabled"
	CodeFactorNotStarted     Code = "second_factor_not_started"
	CodeInsufficientFunds    Code = "insufficient_funds"
	CodeSameAccount          Code = "same_account"
	CodeCurrencyMismatch     Code = "currency_mismatch"
	CodeBalanceLimitExceeded Code = "balance_limit_exceeded"
	CodeWeakPin              Code = "weak_pin"
	CodeIdempotencyKeyReused Code = "idempotency_key_reused"
	CodeStatementTooLarge    Code = "statement_too_large"
	CodeAccountLocked        Code = "account_locked"
	CodeRateLimited          Code = "rate_limited"
	CodeUnavailable          Code = "unavailable"
)

// Error is a refusal: the request was understood but not granted, and nothing was changed. Message is for the person behind
// the request; it never repeats a PIN, a token or a key.
type Error struct {
	Code    Code
	Message string
	Pointer string // for CodeInvalidRequest, the place in the request, as in FieldError.pointer

	RetryAfter time.Duration // for CodeRateLimited
}

func isRefusal(err error) bool { return errors.As(err, new(*Error)) }

func (e *Error) Error() string { return string(e.Code) + ": " + e.Message }

func refuse(code Code, format string, args ...any) *Error {
	return &Error{Code: code, Message: fmt.Sprintf(format, args...)}
}

// tooEarly refuses a request that may be sent again after a wait.
func tooEarly(wait time.Duration, format string, args ...any) *Error {
	refusal := refuse(CodeRateLimited, format, args...)
	refusal.RetryAfter = wait
	return refusal
}

func invalid(pointer, message string) *Error {
	return &Error{Code: CodeInvalidRequest, Pointer: pointer, Message: message}
}

func checkDescription(text string) error {
	if err := names.CheckDescription(text); err != nil {
		return invalid("/description", err.Error())
	}
	return nil
}

// Refusals that are given in more than one place.
var (
	errAccountNotFound    = refuse(CodeAccountNotFound, "There is no account with this number.")
	errAccountLocked      = refuse(CodeAccountLocked, "Three wrong PINs in a row have locked this account. An administrator can unlock it.")
	errInvalidCredentials = refuse(CodeInvalidCredentials, "The account number or the PIN is wrong.")
	errInvalidToken       = refuse(CodeInvalidToken, "The token is malformed, expired, or not of the kind that is needed here.")
	errKeyReused          = refuse(CodeIdempotencyKeyReused, "This Idempotency-Key belongs to an earlier, different request.")
	errTokenRevoked       = refuse(CodeTokenRevoked, "The session of this token has ended. Sign in again.")
	errSessionIdle        = refuse(CodeTokenRevoked, "The session of this token was not used for too long and has ended. Sign in again.")
)

// The store's errors for a request that was not carried out, and for one whose outcome is unknown.
var (
	ErrUnavailable = store.ErrUnavailable
	ErrUnknown     = store.ErrUnknown
)
