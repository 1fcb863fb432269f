package server

import (
	"errors"
	"fmt"
	"regexp"
	"slices"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/routers"

	"github.com/bankingcore/bankcore/internal/auth"
	"github.com/bankingcore/bankcore/internal/contract"
)

// operation is what the contract says about one operation, looked up once instead of for each request.
type operation struct {
	id       string
	method   string
	hasBody  bool
	maxBody  int64 // in bytes
	bearer   bool  // takes an access token
	optional bool  // serves callers without credentials, too; those that are sent must be right
	adminKey bool  // takes the admin key

	validator  *contract.Validator
	permission auth.Permission // that it needs; "" if it is public
	limiter    *operationLimiter
}

// public reports whether the operation takes no credentials.
func (o *operation) public() bool { return !o.bearer && !o.adminKey }

var pathParameter = regexp.MustCompile(`\{(\w+)\}`)

// operationsOf indexes the contract by method and Echo's path. If the contract does not say how an operation authenticates or what
// permission it needs, or names a scheme, permission or limit that the server does not know, the server does not start: nothing is
// open by oversight.
func operationsOf(spec *openapi3.T, limiters map[string]*operationLimiter) (map[operationKey]*operation, error) {
	operations := map[operationKey]*operation{}
	for path, item := range spec.Paths.Map() {
		for method, described := range item.Operations() {
			o, err := operationOf(described, limiters)
			if err != nil {
				return nil, fmt.Errorf("%s %s: %w", method, path, err)
			}
			o.method = method
			o.validator = contract.NewValidator(&routers.Route{Spec: spec, Path: path, PathItem: item, Method: method, Operation: described})
			operations[operationKey{method, pathParameter.ReplaceAllString(path, ":$1")}] = o
		}
	}
	return operations, nil
}

// operationKey is where an operation is found: a method, and a path as Echo writes it.
type operationKey struct{ method, path string }

func operationOf(described *openapi3.Operation, limiters map[string]*operationLimiter) (*operation, error) {
	o := &operation{id: described.OperationID, hasBody: described.RequestBody != nil, maxBody: maxBody}
	if described.Security == nil {
		return nil, errors.New("the contract does not say how the operation authenticates")
	}
	for _, requirement := range *described.Security {
		o.optional = o.optional || len(requirement) == 0
		for scheme := range requirement {
			switch scheme {
			case "bearerAuth":
				o.bearer = true
			case "adminKey":
				o.adminKey = true
			default:
				return nil, fmt.Errorf("the security scheme %q is unknown", scheme)
			}
		}
	}
	if err := o.readPermission(described); err != nil {
		return nil, err
	}
	if bytes, bounded := described.Extensions["x-max-body"]; bounded {
		number, isNumber := bytes.(float64)
		if !isNumber || number < 1 {
			return nil, fmt.Errorf("the bound of the body, %v, is not a number of bytes", bytes)
		}
		o.maxBody = int64(number)
	}
	if name, limited := described.Extensions["x-rate-limit"]; limited {
		if o.limiter = limiters[fmt.Sprint(name)]; o.limiter == nil {
			return nil, fmt.Errorf("the rate limit %q is unknown", name)
		}
	}
	return o, nil
}

// readPermission finds the permission of every operation that is not public.
func (o *operation) readPermission(described *openapi3.Operation) error {
	named, found := described.Extensions["x-permission"]
	if found == o.public() {
		return errors.New("an operation names a permission if it takes credentials, and only then")
	}
	if !found {
		return nil
	}
	o.permission = auth.Permission(fmt.Sprint(named))
	if !slices.Contains(auth.Permissions(), o.permission) {
		return fmt.Errorf("the permission %q is unknown", named)
	}
	return nil
}
