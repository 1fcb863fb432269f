package bank

import (
	"errors"
	"fmt"
	"time"

	"github.com/bankingcore/bankcore/internal/ledger"
	"github.com/bankingcore/bankcore/internal/names"
	"github.com/bankingcore/bankcore/internal/store"
)

// The codes of the bank's own refusals, beside the ledger's. The HTTP layer adds others. The set is closed and part of the contract
// (ProblemCode).
const (
	CodeInvalidToken         ledger.Code = "invalid_token"
	CodeTokenRevoked         ledger.Code = "token_revoked"
	CodeInvalidClientKey     ledger.Code = "invalid_client_key"
	CodeInvalidCredentials   ledger.Code = "invalid_credentials"
	CodeInvalidResetCode     ledger.Code = "invalid_reset_code"
	CodeSecondFactorRequired ledger.Code = "second_factor_required"
	CodeInvalidSecondFactor  ledger.Code = "invalid_second_factor"
	CodeForbidden            ledger.Code = "forbidden"
	CodeInvalidAdminKey      ledger.Code = "invalid_admin_key"
	CodeClientNetworkRefused ledger.Code = "client_network_refused"
	CodeInvitationRequired   ledger.Code = "invitation_required"
	CodeInvalidInvitation    ledger.Code = "invalid_invitation"
	CodeOpeningsClosed       ledger.Code = "openings_closed"
	CodeCashClosed           ledger.Code = "cash_closed"
	CodeTransactionNotFound  ledger.Code = "transaction_not_found"
	CodeBatchNotFound        ledger.Code = "batch_not_found"
	CodeRequestNotFound      ledger.Code = "request_not_found"
	CodeSessionNotFound      ledger.Code = "session_not_found"
	CodeClientNotFound       ledger.Code = "client_not_found"
	CodeClientKeyNotFound    ledger.Code = "client_key_not_found"
	CodeKeyNotFound          ledger.Code = "idempotency_key_not_found"
	CodeTooManyAccounts      ledger.Code = "too_many_accounts"
	CodeClientRevoked        ledger.Code = "client_revoked"
	CodeTooManyKeys          ledger.Code = "too_many_keys"
	CodeAccountNotLocked     ledger.Code = "account_not_locked"
	CodeRequestPending       ledger.Code = "request_pending"
	CodeRequestNotPending    ledger.Code = "request_not_pending"
	CodeNothingToChange      ledger.Code = "nothing_to_change"
	CodeRequestImpossible    ledger.Code = "request_impossible"
	CodeAccountNotFrozen     ledger.Code = "account_not_frozen"
	CodeAccountNotEmpty      ledger.Code = "account_not_empty"
	CodeAccountHasHolds      ledger.Code = "account_has_holds"
	CodeSecondFactorEnabled  ledger.Code = "second_factor_enabled"
	CodeFactorNotStarted     ledger.Code = "second_factor_not_started"
	CodeWeakPin              ledger.Code = "weak_pin"
	CodeStatementTooLarge    ledger.Code = "statement_too_large"
	CodeAccountLocked        ledger.Code = "account_locked"
	CodeRateLimited          ledger.Code = "rate_limited"
	CodeUnavailable          ledger.Code = "unavailable"
)

func isRefusal(err error) bool { return errors.As(err, new(*ledger.Refusal)) }

// refuse returns a refusal. The message must not repeat a PIN, a token or a key.
func refuse(code ledger.Code, format string, args ...any) *ledger.Refusal {
	return &ledger.Refusal{Code: code, Message: fmt.Sprintf(format, args...)}
}

func invalid(pointer, message string) *ledger.Refusal {
	return &ledger.Refusal{Code: ledger.CodeInvalidRequest, Pointer: pointer, Message: message}
}

// TooEarly is the refusal of a request that may be sent again after a wait.
type TooEarly struct {
	ledger.Refusal

	RetryAfter time.Duration
}

func (e *TooEarly) Unwrap() error { return &e.Refusal }

func tooEarly(wait time.Duration, format string, args ...any) *TooEarly {
	return &TooEarly{Refusal: *refuse(CodeRateLimited, format, args...), RetryAfter: wait}
}

// isOver reports whether a request is refused because its session is over.
func isOver(err error) bool {
	var refusal *ledger.Refusal
	return errors.As(err, &refusal) && refusal.Code == CodeTokenRevoked
}

// checkText checks the characters of a description or a reference. The contract bounds how long a reference may be.
func checkText(pointer, text string) error {
	if err := names.CheckDescription(text); err != nil {
		return invalid(pointer, err.Error())
	}
	return nil
}

// Refusals that are given in more than one place.
var (
	errAccountLocked      = refuse(CodeAccountLocked, "Three wrong PINs in a row have locked this account. An administrator can unlock it.")
	errBatchNotFound      = refuse(CodeBatchNotFound, "This account has no batch of transfers with this id.")
	errInvalidCredentials = refuse(CodeInvalidCredentials, "The account number or the PIN is wrong.")
	errInvalidToken       = refuse(CodeInvalidToken, "The token is malformed, expired, or not of the kind that is needed here.")
	errTokenRevoked       = refuse(CodeTokenRevoked, "The session of this token has ended. Sign in again.")
	errSessionIdle        = refuse(CodeTokenRevoked, "The session of this token was not used for too long and has ended. Sign in again.")
)

// The store's errors for a request that was not carried out, and for one whose outcome is unknown.
var (
	ErrUnavailable = store.ErrUnavailable
	ErrUnknown     = store.ErrUnknown
)
