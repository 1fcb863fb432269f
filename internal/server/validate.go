package server

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/labstack/echo/v4"

	"github.com/bankingcore/bankcore/internal/api"
)

// validation leaves out what happens before it (authentication) or after it (defaults).
var validation = &openapi3filter.Options{
	AuthenticationFunc:  openapi3filter.NoopAuthenticationFunc,
	KeepValidatedValue:  true, // the handler gets the validated values, not parsed a second time
	MultiError:          true,
	SkipSettingDefaults: true,
}

// validate checks a request against the contract. Only requests that match it reach a handler.
func (s *Server) validate(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		at := s.scope(c)
		if at.operation == nil {
			return next(c)
		}
		request := c.Request()
		members, plain := at.operation.plain.accepts(c, at.body)
		if plain {
			request.Body = &validatedBody{Reader: bytes.NewReader(at.body), members: members}
			return next(c)
		}
		request.Body = io.NopCloser(bytes.NewReader(at.body))
		query, err := url.ParseQuery(request.URL.RawQuery)
		if err != nil {
			return invalidRequest(fieldError("query", "is not a valid query"))
		}
		if err := checkParameters(at.operation, query, request.Header); err != nil {
			return err
		}
		path, err := pathParameters(c)
		if err != nil {
			return err
		}
		if err := openapi3filter.ValidateRequest(request.Context(), &openapi3filter.RequestValidationInput{
			Request: request, PathParams: path, QueryParams: query, Route: at.operation.route, Options: validation,
		}); err != nil {
			return validationProblem(err)
		}
		return next(c)
	}
}

// validatedBody is a body that has been read; the handler gets its members, not parsed a second time.
type validatedBody struct {
	*bytes.Reader
	members map[string]any
}

// ValidatedValue is what the generated code looks for. The validator's own bodies have it, too.
func (b *validatedBody) ValidatedValue() any { return b.members }

// Close has nothing to close.
func (*validatedBody) Close() error { return nil }

// pathParameters returns the values in the path, decoded. Echo leaves them encoded if the path's encoding is unusual.
func pathParameters(c echo.Context) (map[string]string, error) {
	names, values := c.ParamNames(), c.ParamValues()
	path := make(map[string]string, len(names))
	for i, name := range names {
		path[name] = values[i]
		if c.Request().URL.RawPath == "" {
			continue
		}
		var err error
		if path[name], err = url.PathUnescape(values[i]); err != nil {
			return nil, invalidRequest(fieldError("path/"+name, "has the wrong form"))
		}
	}
	return path, nil
}

// checkParameters refuses what the validator ignores: parameters that the contract does not define, or that are repeated.
func checkParameters(o *operation, query url.Values, header http.Header) error {
	for _, name := range o.headers {
		if len(header.Values(name)) > 1 {
			return invalidRequest(fieldError("header/"+name, "is given more than once"))
		}
	}
	for name, values := range query {
		if !o.query[name] {
			return invalidRequest(fieldError("query", "holds a parameter that this operation does not have"))
		}
		if len(values) > 1 {
			return invalidRequest(fieldError("query/"+name, "is given more than once"))
		}
	}
	return nil
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

// maxFaults bounds how many faults of a request an answer lists: a large body can have one in every few bytes.
const maxFaults = 100

// validationProblem turns the validator's errors into a problem. Their own texts quote the invalid value, which may be a PIN, so only
// places and reasons are passed on.
func validationProblem(err error) error {
	var fields []api.FieldError
	for _, single := range flatten(err) {
		fields = append(fields, fieldErrorsOf(single)...)
	}
	return invalidRequest(fields[:min(len(fields), maxFaults)]...)
}

func fieldErrorsOf(err error) []api.FieldError {
	var request *openapi3filter.RequestError
	if !errors.As(err, &request) {
		return []api.FieldError{fieldError("", "does not fit the contract")}
	}
	place := ""
	if request.Parameter != nil {
		place = request.Parameter.In + "/" + request.Parameter.Name
	}
	var fields []api.FieldError
	for _, cause := range flatten(request.Err) {
		var schema *openapi3.SchemaError
		var syntax jsonError
		switch {
		case errors.As(cause, &schema):
			fields = append(fields, fieldError(place+pointerOf(schema), reasonOf(schema)))
		case errors.As(cause, &syntax):
			fields = append(fields, fieldError(place, "the body "+syntax.Error()))
		case errors.Is(cause, openapi3filter.ErrInvalidRequired):
			fields = append(fields, fieldError(place, "is required"))
		case errors.Is(cause, openapi3filter.ErrInvalidEmptyValue):
			fields = append(fields, fieldError(place, "must not be empty"))
		default:
			fields = append(fields, fieldError(place, "has the wrong form"))
		}
	}
	return fields
}

// flatten splits an error that combines several. It looks only at the outermost: errors.As would find the inner ones of a
// RequestError, and lose their place, which only that knows.
func flatten(err error) []error {
	many, ok := err.(openapi3.MultiError) //nolint:errorlint // see above
	if !ok {
		return []error{err}
	}
	var all []error
	for _, single := range many {
		all = append(all, flatten(single)...)
	}
	return all
}

// plainName matches reasons with an ordinary member name. Anything else in its place may be a value that got there by mistake.
var plainName = regexp.MustCompile(`^property "[A-Za-z_]{1,40}" is unsupported$`)

// reasonOf returns why a value is invalid, without the value.
func reasonOf(err *openapi3.SchemaError) string {
	if err.SchemaField == "properties" && !plainName.MatchString(err.Reason) {
		return "holds a member that the contract does not have"
	}
	return err.Reason
}

// pointerOf returns a place in the body as a JSON Pointer (RFC 6901).
func pointerOf(err *openapi3.SchemaError) string {
	escape := strings.NewReplacer("~", "~0", "/", "~1")
	var pointer strings.Builder
	for _, step := range err.JSONPointer() {
		pointer.WriteString("/" + escape.Replace(step))
	}
	return pointer.String()
}
