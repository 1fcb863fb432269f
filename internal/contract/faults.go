package contract

import (
	"errors"
	"regexp"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"

	"github.com/bankingcore/bankcore/internal/api"
)

func fault(pointer, detail string) []api.FieldError {
	return []api.FieldError{{Pointer: pointer, Detail: detail}}
}

// maxFaults bounds how many faults of a request an answer lists: a large body can have one in every few bytes.
const maxFaults = 100

// faultsOf returns the faults in kin-openapi's errors. Their own texts quote the invalid value, which may be a PIN, so only places and
// reasons are passed on. There is always at least one fault.
func faultsOf(err error) []api.FieldError {
	var faults []api.FieldError
	for _, single := range flatten(err) {
		faults = append(faults, faultsOfOne(single)...)
	}
	if len(faults) == 0 {
		return fault("", "does not fit the contract")
	}
	return faults[:min(len(faults), maxFaults)]
}

func faultsOfOne(err error) []api.FieldError {
	var request *openapi3filter.RequestError
	if !errors.As(err, &request) {
		return fault("", "does not fit the contract")
	}
	place := ""
	if request.Parameter != nil {
		place = request.Parameter.In + "/" + request.Parameter.Name
	}
	var faults []api.FieldError
	for _, cause := range flatten(request.Err) {
		var schema *openapi3.SchemaError
		var syntax jsonError
		switch {
		case errors.As(cause, &schema):
			faults = append(faults, fault(place+pointerOf(schema), reasonOf(schema))...)
		case errors.As(cause, &syntax):
			faults = append(faults, fault(place, "the body "+syntax.Error())...)
		case errors.Is(cause, openapi3filter.ErrInvalidRequired):
			faults = append(faults, fault(place, "is required")...)
		case errors.Is(cause, openapi3filter.ErrInvalidEmptyValue):
			faults = append(faults, fault(place, "must not be empty")...)
		default:
			faults = append(faults, fault(place, "has the wrong form")...)
		}
	}
	return faults
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
