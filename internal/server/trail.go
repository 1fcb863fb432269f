package server

import (
	"errors"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/bankingcore/bankcore/internal/api"
	"github.com/bankingcore/bankcore/internal/bank"
)

// recordStaff wraps all handlers, so that no read by staff goes without its event. The event is written when there is an answer and
// before it is given; a read whose event cannot be written is refused. What the bank refuses a former administrator is an event, too.
func (s *Server) recordStaff(next api.StrictHandlerFunc, _ string) api.StrictHandlerFunc {
	return func(c echo.Context, request any) (any, error) {
		answer, err := next(c, request)
		at := s.scope(c)
		if at.operation == nil || at.operation.public() {
			return answer, err
		}
		var refusal *bank.Error
		switch {
		case err == nil && at.operation.reads():
			err = s.recordRead(c, at)
		case errors.As(err, &refusal) && refusal.Code == bank.CodeForbidden && at.caller.Account != 0:
			if unrecorded := s.bank.RecordRefusedStaff(c.Request().Context(), at.caller, at.caller.Account); unrecorded != nil {
				return nil, unrecorded
			}
		}
		if err != nil {
			return nil, err
		}
		return answer, nil
	}
}

// reads reports whether the operation may show what is not the caller's own. Below /auth/ all is: a session is read by the account
// that is signed in to it.
func (o *operation) reads() bool {
	return o.route.Method == http.MethodGet && !strings.HasPrefix(o.route.Path, "/auth/")
}

// recordRead records of which account an answer is: the one in the path or, for lists with such a filter, in the query. Any other is
// about the whole bank.
func (s *Server) recordRead(c echo.Context, at *scope) error {
	path, err := pathParameters(c)
	if err != nil {
		return err
	}
	text, of := path["account_number"], bank.WholeBank
	if text == "" {
		text = c.QueryParam("account_number")
	}
	if text != "" {
		if of, err = bank.ParseAccountNumber(text); err != nil {
			return err
		}
	}
	if err := s.bank.RecordRead(c.Request().Context(), at.caller, of); err != nil {
		return &problem{code: "unavailable", retryAfter: "1", cause: err,
			detail: "The event of this read cannot be written, so it is not answered. Try again shortly."}
	}
	return nil
}
