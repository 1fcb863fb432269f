package server

import (
	"cmp"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"github.com/bankingcore/bankcore/internal/api"
	"github.com/bankingcore/bankcore/internal/auth"
	"github.com/bankingcore/bankcore/internal/bank"
	"github.com/bankingcore/bankcore/internal/ledger"
)

// kind is what all problems of one code have in common.
type kind struct {
	status int
	title  string
	advice string // for the code's page: what it means, and what to do
}

// kinds maps every error code to its HTTP form. Errors become HTTP nowhere else.
var kinds = map[api.ProblemCode]kind{
	"invalid_request": {400, "The request is invalid",
		"The request does not match the contract: a field is missing, unknown, repeated or has the wrong form, or a query parameter is unknown. The member \"errors\" points to each place. Nothing was changed; correct the request and send it again."},
	"unauthenticated": {401, "Authentication is required",
		"The request came without credentials. Sign in with POST /auth/login and send the access token as \"Authorization: Bearer ...\"."},
	"invalid_token": {401, "The token is not valid",
		"The token is malformed, expired, signed with another key, or of the other kind (a refresh token where an access token is needed). Renew it with POST /auth/refresh, or sign in again."},
	"token_revoked": {401, "The session has ended",
		"The token was valid, but its session has ended: the customer signed out or changed the PIN, three PINs were wrong, the bank ended it, it grew too old or was unused for too long, or a spent refresh token was used again. Sign in again."},
	"invalid_client_key": {401, "The key is not valid",
		"The key of a service client is wrong, expired or revoked; the answer does not say which. Ask the bank's administrator for a new one."},
	"invalid_credentials": {401, "The account number or PIN is wrong",
		"Either there is no such account or the PIN is wrong; the answer does not say which. Three wrong PINs in a row lock an account."},
	"invalid_reset_code": {401, "The reset code is not valid",
		"The one-time code for a forgotten PIN is wrong, used up or expired, or there is no such account; the answer does not say which. A code is valid for 10 minutes and three tries. Ask the bank for a new one."},
	"second_factor_required": {401, "A code is needed too",
		"The PIN is right, and the account has a second factor. Repeat the request with the code that the authenticator app shows, or with a recovery code. The attempt was not counted."},
	"invalid_second_factor": {401, "The code is wrong",
		"The code is wrong or was used before. Each code works once: wait for the app's next one, and check the phone's clock. Wrong codes count like wrong PINs: three in a row lock an account."},
	"forbidden": {403, "This is not allowed",
		"The credentials are valid, but do not allow this: another customer's account, an operation for administrators, or a cookie session's request from another site."},
	"invalid_admin_key": {403, "The admin key is wrong",
		"The X-Admin-Key header does not match the server's ADMIN_KEY. Leave the header out if you did not mean to use it."},
	"client_network_refused": {403, "The key may not be used from here",
		"The key is right, but its service client may send requests only from certain networks. An administrator can change them. Behind a proxy, the server must trust it (TRUSTED_PROXIES) to see the client's own address."},
	"invitation_required": {403, "An invitation is required",
		"This bank opens accounts by invitation only. Ask it for a code, and send it as \"invitation_code\"."},
	"invalid_invitation": {403, "The invitation is not valid",
		"The code is wrong, used up or expired; the answer does not say which. No account was opened. Compare it with the code that the bank gave you, or ask for a new one."},
	"cash_closed": {403, "This bank deposits and withdraws itself",
		"Money comes in and goes out through the bank's staff alone, who serve customers and never themselves. Take a deposit or a withdrawal to the bank. Transfers are not affected, and nothing has changed."},
	"openings_closed": {403, "This bank opens accounts itself",
		"Only the bank's staff open accounts. Ask the bank."},
	"account_not_found": {404, "There is no such account",
		"No account has this number. The last of its 12 digits is a check digit, so a typing error is likely."},
	"transaction_not_found": {404, "There is no such transaction",
		"The account has no entry with this id."},
	"batch_not_found": {404, "There is no such batch of transfers",
		"The account has no batch of transfers with this id. A dry run has no id, and a batch that was refused as a whole leaves nothing behind."},
	"hold_not_found": {404, "There is no such hold",
		"The account has no hold with this id. GET /accounts/{account_number}/holds lists them."},
	"idempotency_key_not_found": {404, "There is nothing under this idempotency key",
		"No request under this key has taken effect in this account so far. One that is still under way may arrive later; keys are forgotten after 24 hours, or by a restore from an older backup. Sending the same request again under the same key is always safe while the key is remembered."},
	"standing_order_not_found": {404, "There is no such standing order",
		"The account has no standing order with this id. GET .../standing-orders lists them, including those that are over."},
	"request_not_found": {404, "There is no such request",
		"There is no request with this id, or it is not about this customer."},
	"session_not_found": {404, "There is no such session",
		"The account has no session with this id, or it has ended."},
	"client_not_found": {404, "There is no such service client",
		"No service client has this id. GET /admin/clients lists them."},
	"client_key_not_found": {404, "There is no such key",
		"The service client has no key with this id, or the key is revoked. The id is the eight characters after bc_live_, not the key itself."},
	"not_found": {404, "There is nothing here",
		"The path is not part of the service. The API's documentation lists those that are."},
	"method_not_allowed": {405, "The method is not allowed here",
		"The path exists, but not with this method. The Allow header lists the methods that it takes."},
	"not_acceptable": {406, "The requested format is not available",
		"The Accept header asks for a media type that the operation does not offer. A statement comes as text/csv or application/pdf."},
	"reference_used": {409, "The reference was used before",
		"An earlier transfer from this account has the same reference, so this one may be the same payment again. Look for it in the account's history. No money moved; a transfer that is meant to be another one needs a reference of its own, or none."},
	"too_many_accounts": {409, "The customer has too many accounts",
		"A customer can have 100 accounts at most. Nothing was opened; use one of those that exist."},
	"too_many_standing_orders": {409, "The account has too many standing orders",
		"An account can have 100 standing orders that are active or paused. Nothing was ordered. End one that is no longer needed."},
	"standing_order_over": {409, "The standing order is over",
		"The order was ended, or its last date has run: it can neither be paused nor resumed, and it moves no more money. Make another order instead."},
	"account_closed": {409, "The account is closed",
		"The account is closed for good: no money leaves it or arrives, and its status and limits do not change any more. If \"errors\" points at \"/to_account\", it is the account that would have received the money. Its history and statements can still be read."},
	"account_not_frozen": {409, "The account is not frozen",
		"There is no freeze to lift: there was none, or it has ended by itself."},
	"account_not_empty": {409, "There is money in the account",
		"An account can be closed when it is empty. Name another open account of the same currency as \"sweep_to\": it gets what is left, in the same transaction."},
	"account_has_holds": {409, "Money of the account is held",
		"An account can be closed when none of its money is held. Capture or void its pending holds, or wait until they expire."},
	"hold_not_pending": {409, "The hold is not pending",
		"The hold was captured in full or voided, and both are final. Read the hold to see what became of it. Nothing has changed."},
	"hold_expired": {409, "The hold has expired",
		"The hold has expired, and its money is available again. Nothing has changed. Place a new hold, or move the money without one."},
	"account_not_locked": {409, "The account is not locked",
		"There is nothing to unlock."},
	"client_revoked": {409, "The service client is revoked",
		"A revoked client can neither be changed nor get a key: create another one."},
	"too_many_keys": {409, "There are two keys already",
		"A service client has two keys at most, so that one can be replaced without a stop. Revoke the one that is not used."},
	"request_pending": {409, "There is such a request already",
		"A request of this kind waits for the bank's decision already. Wait for it, or take that request back first."},
	"request_not_pending": {409, "The request is not pending",
		"The request was approved, rejected or withdrawn, or it has expired. Decisions are final: read the request to see what became of it, and ask again if need be."},
	"nothing_to_change": {409, "There is nothing to change",
		"What was asked for is so already."},
	"request_impossible": {422, "What was asked for is not possible",
		"What the request asks for cannot be done as things are, such as a withdrawal that the balance does not cover; the detail says why. The request stays pending: approve it later, or reject it."},
	"second_factor_enabled": {409, "The second factor is on already",
		"The account has a second factor. Turn it off, with one of its codes, to set up another one."},
	"second_factor_not_started": {409, "No second factor is set up",
		"There is no second factor to turn off or to confirm. Three wrong codes discard a second factor that is not confirmed yet: start again."},
	"not_reversible": {409, "This cannot be reversed",
		"The recipient and the bank can reverse a transfer, at the recipient's entry. Only the bank can reverse a deposit, an initial deposit or a withdrawal. Each can be reversed in 100 parts at most. Reversals cannot be reversed. No money moved: send a transfer instead."},
	"payload_too_large": {413, "The request body is too large",
		"The body of a request may hold at most 16384 bytes, or as many as the operation's description says. Send many transfers in several requests."},
	"unsupported_media_type": {415, "The media type is not supported",
		"Send the body as JSON in UTF-8, with \"Content-Type: application/json\"."},
	"insufficient_funds": {422, "There is not enough money",
		"The available balance, which is the balance minus what is held, does not cover the amount. No money moved, and you can use the idempotency key again."},
	"same_account": {422, "Sender and recipient are the same account",
		"A transfer needs two different accounts."},
	"currency_mismatch": {422, "The accounts have different currencies",
		"Money is never converted: a transfer needs two accounts of the same currency."},
	"balance_limit_exceeded": {422, "The balance would become too large",
		"A balance never passes 9007199254740991 (2^53-1) minor units, the largest integer that every client can hold exactly. No money moved."},
	"limit_exceeded": {422, "The amount exceeds a limit",
		"The account has a limit on what may leave it by one movement, in a day, or in a month (of the bank's time zone). The member \"limit\" says which one, \"remaining\" how much it still allows, and \"resets_at\" when it begins anew. No money moved, and you can use the idempotency key again."},
	"reversal_exceeded": {422, "The reversals would exceed the original",
		"The reversals of an entry cannot add up to more than its amount. The member \"remaining\" says how much is left. No money moved, and you can use the idempotency key again."},
	"hold_exceeded": {422, "The amount is more than what is held",
		"A capture can take at most what is left of its hold. No money moved. Capture less, or leave the amount out to capture all of it, and move the rest without the hold."},
	"batch_refused": {422, "Some of the transfers were refused",
		"With the mode all_or_nothing, one transfer that cannot be carried out refuses them all. No money moved, and you can use the idempotency key again. The member \"errors\" points to each one: correct or leave out these, or send them with the mode each."},
	"weak_pin": {422, "The PIN is too easy to guess",
		"Guessers begin with dates, years, repeated digits, steps up or down, paths over the keypad, zeros at the start, and the PINs that people choose most. " +
			"Choose digits that mean nothing and lie apart on the keys; six or more are better than four."},
	"idempotency_key_reused": {422, "The idempotency key was used for another request",
		"The same Idempotency-Key came with a different request before. Make a new key for each new request, and keep it for the retries of that one."},
	"statement_too_large": {422, "The month has too many entries for a statement",
		"A statement covers a whole month and holds at most 25000 entries. Read the month's transactions page by page, with from and to."},
	"account_locked": {423, "The account is locked",
		"Three wrong PINs in a row have locked the account: no PIN is accepted until an administrator unlocks it. Its money is safe, incoming transfers arrive, and sessions that are open continue."},
	"account_frozen": {423, "The account is frozen",
		"The bank, or the account's owner, has frozen the account: no money can leave it, or none can arrive. If \"errors\" points at \"/to_account\", it is the account that would have received the money. Nothing moved. Only the bank lifts a freeze; signing in and reading work as before."},
	"rate_limited": {429, "Too many requests",
		"Either the quota of the last minute is used up, and the RateLimit headers show when it recovers; or the account was unlocked recently: the next PIN " +
			"is accepted only after a delay, and an account can be unlocked only a few times a day. Wait as many seconds as Retry-After says."},
	"internal": {500, "Something went wrong on our side",
		"The request failed because of a fault on our side, which is logged under the request id. Quote the id when you report the problem."},
	"unavailable": {503, "The service is not available right now",
		"The server is overloaded, is about to stop, or has lost its database. Retry shortly, with the same Idempotency-Key: the request takes effect at most once."},
}

// problem is an error that already is a problem document.
type problem struct {
	code       api.ProblemCode
	detail     string
	fields     []api.FieldError
	limit      *ledger.LimitExceeded
	retryAfter string // seconds; "" for none
	cause      error  // for the log only
}

func (p *problem) Error() string { return string(p.code) + ": " + p.detail }

func (p *problem) Unwrap() error { return p.cause }

// problemOf returns the problem document for any error.
func problemOf(err error) *problem {
	var own *problem
	var refusal *ledger.Refusal
	var early *auth.TooEarly
	var batch *bank.BatchRefused
	var routing *echo.HTTPError
	switch {
	case errors.As(err, &own):
		return own
	case errors.As(err, &early):
		p := refused(&early.Refusal)
		p.retryAfter = strconv.FormatInt(max(1, wholeSeconds(early.RetryAfter)), 10)
		return p
	case errors.As(err, &batch):
		return &problem{code: api.ProblemCode(batch.Code), detail: batch.Message,
			fields: each(batch.Items, func(r *ledger.Refusal) api.FieldError { return fieldError(r.Pointer, r.Message) })}
	case errors.As(err, &refusal):
		return refused(refusal)
	case errors.Is(err, bank.ErrUnknown):
		return &problem{code: "unavailable", retryAfter: "5", cause: err,
			detail: "It is not known whether the request took effect. Repeat it under the same Idempotency-Key, or look at the history."}
	case errors.Is(err, bank.ErrUnavailable):
		return &problem{code: "unavailable", retryAfter: "1", cause: err,
			detail: "The service cannot answer right now. Try again shortly."}
	case errors.As(err, &routing):
		return routed(routing)
	}
	return internal(err)
}

// internal is for errors that have no other code; the client learns no more than that.
func internal(cause error) *problem {
	return &problem{code: "internal", cause: cause,
		detail: "The request failed on our side. Quote the request id when you report it."}
}

func refused(refusal *ledger.Refusal) *problem {
	p := &problem{code: api.ProblemCode(refusal.Code), detail: refusal.Message, limit: refusal.Limit}
	if refusal.Code == ledger.CodeInvalidRequest && refusal.Pointer != "" {
		p.detail = invalidDetail
	}
	if refusal.Pointer != "" {
		p.fields = []api.FieldError{{Pointer: refusal.Pointer, Detail: refusal.Message}}
	}
	if refusal.Code == auth.CodeUnavailable {
		p.retryAfter = "1"
	}
	return p
}

const invalidDetail = "The request does not fit the contract; see errors."

// routed converts errors of Echo and of the generated code. Their own texts may quote the request.
func routed(err *echo.HTTPError) *problem {
	switch err.Code {
	case http.StatusNotFound:
		return &problem{code: "not_found", detail: "There is nothing at this path."}
	case http.StatusMethodNotAllowed:
		return &problem{code: "method_not_allowed", detail: "This path does not take this method."}
	case http.StatusBadRequest:
		return &problem{code: "invalid_request", detail: "The request does not fit the contract."}
	}
	return internal(err)
}

// handleError answers an error; no other function does.
func (s *Server) handleError(err error, c echo.Context) {
	p := problemOf(err)
	status := kinds[p.code].status
	if status >= http.StatusInternalServerError {
		s.logger.ErrorContext(c.Request().Context(), "request failed", "error", cmp.Or[error](p.cause, p),
			"request_id", requestID(c), "server_request_id", serverRequestID(c), "route", routeOf(c))
	}
	if c.Response().Committed {
		return
	}
	header := c.Response().Header()
	if challenge := challengeFor(p.code); challenge != "" {
		header.Set(echo.HeaderWWWAuthenticate, challenge)
	}
	if p.retryAfter != "" {
		header.Set(echo.HeaderRetryAfter, p.retryAfter)
	}
	body, err := json.Marshal(s.document(p, requestID(c)))
	if err == nil {
		err = c.Blob(status, "application/problem+json", append(body, '\n'))
	}
	if err != nil {
		s.logger.WarnContext(c.Request().Context(), "cannot answer", "error", err, "request_id", requestID(c))
	}
}

func (s *Server) document(p *problem, requestID string) api.Problem {
	document := api.Problem{
		Type:      s.link("/problems/" + string(p.code)),
		Title:     kinds[p.code].title,
		Status:    kinds[p.code].status,
		Detail:    p.detail,
		Code:      p.code,
		RequestId: requestID,
	}
	document.Limit, document.Remaining, document.ResetsAt = exceeded(p.limit)
	if len(p.fields) > 0 {
		document.Errors = &p.fields
	}
	return document
}

// challengeFor returns the WWW-Authenticate header (RFC 6750, section 3): with an error code only if there was a token.
func challengeFor(code api.ProblemCode) string {
	switch code { //nolint:exhaustive // the other problems have no challenge
	case "unauthenticated", "invalid_credentials", "invalid_reset_code", "second_factor_required", "invalid_second_factor":
		return `Bearer realm="bankcore"`
	case "invalid_token":
		return `Bearer realm="bankcore", error="invalid_token", error_description="the token is malformed, expired or of the wrong kind"`
	case "invalid_client_key":
		return `Bearer realm="bankcore", error="invalid_token", error_description="the key of the service client is wrong, expired or revoked"`
	case "token_revoked":
		return `Bearer realm="bankcore", error="invalid_token", error_description="the session has ended"`
	}
	return ""
}

func tooManyRequests(retryAfter string) *problem {
	return &problem{code: "rate_limited", retryAfter: retryAfter,
		detail: "Too many requests. Try again in " + retryAfter + " seconds."}
}
