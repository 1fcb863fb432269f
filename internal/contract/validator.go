package contract

import (
	"bytes"
	"io"
	"net/http"
	"net/url"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"

	"github.com/bankingcore/bankcore/internal/api"
)

// Validator compares the requests of one operation with the contract.
type Validator struct {
	route   *routers.Route
	query   map[string]bool // the parameters that a query may hold
	headers []string        // the parameters among the headers
	plain   *plainRequest   // nil if kin-openapi reads all requests
}

// NewValidator returns the validator of a route's operation.
func NewValidator(route *routers.Route) *Validator {
	registerDecoder()
	v := &Validator{route: route, query: map[string]bool{}, plain: plainRequestOf(route.Operation, route.PathItem)}
	for _, parameters := range []openapi3.Parameters{route.PathItem.Parameters, route.Operation.Parameters} {
		for _, parameter := range parameters {
			switch parameter.Value.In {
			case openapi3.ParameterInQuery:
				v.query[parameter.Value.Name] = true
			case openapi3.ParameterInHeader:
				v.headers = append(v.headers, parameter.Value.Name)
			}
		}
	}
	return v
}

// options leave out what happens before the validation (authentication) or after it (defaults).
var options = &openapi3filter.Options{
	AuthenticationFunc:  openapi3filter.NoopAuthenticationFunc,
	KeepValidatedValue:  true, // the handler gets the validated values, not parsed a second time
	MultiError:          true,
	SkipSettingDefaults: true,
}

// Validate returns the request's faults, or nil if it matches the contract. Its body has been read; the request then gets one from which
// the generated code takes the validated value. The names and values are those of the parameters in its path, as the router found them.
func (v *Validator) Validate(request *http.Request, names, values []string, body []byte) []api.FieldError {
	if members, plain := v.plain.accepts(request, names, values, body); plain {
		request.Body = &validatedBody{Reader: bytes.NewReader(body), members: members}
		return nil
	}
	request.Body = io.NopCloser(bytes.NewReader(body))
	query, err := url.ParseQuery(request.URL.RawQuery)
	if err != nil {
		return fault("query", "is not a valid query")
	}
	if faults := v.checkParameters(query, request.Header); faults != nil {
		return faults
	}
	path, faults := PathParameters(request, names, values)
	if faults != nil {
		return faults
	}
	if err := openapi3filter.ValidateRequest(request.Context(), &openapi3filter.RequestValidationInput{
		Request: request, PathParams: path, QueryParams: query, Route: v.route, Options: options,
	}); err != nil {
		return faultsOf(err)
	}
	return nil
}

// validatedBody is a body that has been read; the handler gets its members, not parsed a second time.
type validatedBody struct {
	*bytes.Reader
	members map[string]any
}

// ValidatedValue is what the generated code looks for. kin-openapi's own bodies have it, too.
func (b *validatedBody) ValidatedValue() any { return b.members }

// Close has nothing to close.
func (*validatedBody) Close() error { return nil }

// PathParameters returns the values in the path by their names, decoded. Echo's router leaves them encoded if the path's encoding is
// unusual.
func PathParameters(request *http.Request, names, values []string) (map[string]string, []api.FieldError) {
	path := make(map[string]string, len(names))
	for i, name := range names {
		path[name] = values[i]
		if request.URL.RawPath == "" {
			continue
		}
		var err error
		if path[name], err = url.PathUnescape(values[i]); err != nil {
			return nil, fault("path/"+name, "has the wrong form")
		}
	}
	return path, nil
}

// checkParameters finds what kin-openapi ignores: parameters that the contract does not define, or that are repeated.
func (v *Validator) checkParameters(query url.Values, header http.Header) []api.FieldError {
	for _, name := range v.headers {
		if len(header.Values(name)) > 1 {
			return fault("header/"+name, "is given more than once")
		}
	}
	for name, values := range query {
		if !v.query[name] {
			return fault("query", "holds a parameter that this operation does not have")
		}
		if len(values) > 1 {
			return fault("query/"+name, "is given more than once")
		}
	}
	return nil
}
