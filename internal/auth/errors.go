package auth

import (
	"errors"
	"time"

	"github.com/bankingcore/bankcore/internal/ledger"
)

// The codes of refusals that are about who is asking.
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
	CodeSessionNotFound      ledger.Code = "session_not_found"
	CodeClientNotFound       ledger.Code = "client_not_found"
	CodeClientKeyNotFound    ledger.Code = "client_key_not_found"
	CodeClientRevoked        ledger.Code = "client_revoked"
	CodeTooManyKeys          ledger.Code = "too_many_keys"
	CodeAccountNotLocked     ledger.Code = "account_not_locked"
	CodeSecondFactorEnabled  ledger.Code = "second_factor_enabled"
	CodeFactorNotStarted     ledger.Code = "second_factor_not_started"
	CodeWeakPin              ledger.Code = "weak_pin"
	CodeAccountLocked        ledger.Code = "account_locked"
	CodeRateLimited          ledger.Code = "rate_limited"
	CodeUnavailable          ledger.Code = "unavailable"
)

// refuse returns a refusal. The message must not repeat a PIN, a token or a key.
func refuse(code ledger.Code, format string, args ...any) *ledger.Refusal {
	return ledger.Refuse(code, format, args...)
}

func invalid(pointer, message string) *ledger.Refusal { return ledger.Invalid(pointer, message) }

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

// Refusals that are given in more than one place.
var (
	errAccountLocked      = refuse(CodeAccountLocked, "Three wrong PINs in a row have locked this account. An administrator can unlock it.")
	errInvalidCredentials = refuse(CodeInvalidCredentials, "The account number or the PIN is wrong.")
	errInvalidToken       = refuse(CodeInvalidToken, "The token is malformed, expired, or not of the kind that is needed here.")
	errTokenRevoked       = refuse(CodeTokenRevoked, "The session of this token has ended. Sign in again.")
	errSessionIdle        = refuse(CodeTokenRevoked, "The session of this token was not used for too long and has ended. Sign in again.")
)
