package server

import (
	"errors"
	"fmt"
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/bankingcore/bankcore/internal/api"
	"github.com/bankingcore/bankcore/internal/contract"
)

// validate checks a request against the contract. Only requests that match it reach a handler.
func (s *Server) validate(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		at := s.scope(c)
		if at.operation == nil {
			return next(c)
		}
		if faults := at.operation.validator.Validate(c.Request(), c.ParamNames(), c.ParamValues(), at.body); faults != nil {
			return invalidRequest(faults...)
		}
		return next(c)
	}
}

// pathParameters returns the values in the path, decoded.
func pathParameters(c echo.Context) (map[string]string, error) {
	path, faults := contract.PathParameters(c.Request(), c.ParamNames(), c.ParamValues())
	if faults != nil {
		return nil, invalidRequest(faults...)
	}
	return path, nil
}

func fieldError(pointer, detail string) api.FieldError {
	return api.FieldError{Pointer: pointer, Detail: detail}
}

func invalidRequest(fields ...api.FieldError) *problem {
	return &problem{code: "invalid_request", detail: invalidDetail, fields: fields}
}

// unreadable returns the problem for a body that could not be read to the end.
func unreadable(err error) error {
	if tooLarge := new(http.MaxBytesError); errors.As(err, &tooLarge) {
		return &problem{code: "payload_too_large", detail: fmt.Sprintf("The body may have %d bytes at most.", tooLarge.Limit)}
	}
	return invalidRequest(fieldError("", "the body ended early"))
}
