package server

import (
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/bankingcore/bankcore/internal/api"
	"github.com/bankingcore/bankcore/internal/audit"
	"github.com/bankingcore/bankcore/internal/auth"
	"github.com/bankingcore/bankcore/internal/ledger"
)

// recordStaff wraps all handlers, so that every read by staff is recorded as an event. The event is written after the answer is made
// and before it is sent; a read whose event cannot be written is refused. It also records what the bank refuses a former administrator.
func (s *Server) recordStaff(next api.StrictHandlerFunc, _ string) api.StrictHandlerFunc {
	return func(c echo.Context, request any) (any, error) {
		answer, err := next(c, request)
		at := s.scope(c)
		if at.operation == nil || at.operation.public() {
			return answer, err
		}
		var refusal *ledger.Refusal
		switch {
		case err == nil && at.operation.reads():
			err = s.recordRead(c, at)
		case errors.As(err, &refusal) && refusal.Code == auth.CodeForbidden && at.caller.Account != 0:
			if unrecorded := s.auth.RecordRefusedStaff(c.Request().Context(), at.caller, at.caller.Account); unrecorded != nil {
				return nil, unrecorded
			}
		}
		if err != nil {
			return nil, err
		}
		return answer, nil
	}
}

// reads reports whether the operation may show something that is not the caller's own.
func (o *operation) reads() bool {
	return o.method == http.MethodGet && o.permission != auth.SelfManage
}

// recordRead records which account an answer is about: the one in the path or, for lists that filter by account, in the query. Any
// other answer is about the whole bank.
func (s *Server) recordRead(c echo.Context, at *scope) error {
	path, err := pathParameters(c)
	if err != nil {
		return err
	}
	text, of := path["account_number"], audit.WholeBank
	if text == "" {
		text = c.QueryParam("account_number")
	}
	if text != "" {
		if of, err = ledger.ParseAccountNumber(text); err != nil {
			return err
		}
	}
	if err := s.auth.RecordRead(c.Request().Context(), at.caller, of); err != nil {
		return &problem{code: "unavailable", retryAfter: "1", cause: err,
			detail: "The event of this read cannot be written, so it is not answered. Try again shortly."}
	}
	return nil
}
