package server_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"
	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/api"
)

// answer is a response that has been checked against the contract.
type answer struct {
	t         *testing.T
	operation string // its operationId; "" outside the contract
	status    int
	header    http.Header
	body      []byte
}

func (a *answer) text() string { return string(a.body) }

func (a *answer) decode(into any) {
	a.t.Helper()
	require.NoError(a.t, json.Unmarshal(a.body, into), a.text())
}

func (a *answer) field(name string) any {
	a.t.Helper()
	var all map[string]any
	a.decode(&all)
	return all[name]
}

// code returns the problem's code, or "" if the answer is not a problem.
func (a *answer) code() string {
	code, _ := a.field("code").(string)
	return code
}

// specRouter finds the operation of a request.
var specRouter = sync.OnceValue(func() routers.Router {
	spec, err := api.GetSpec()
	if err != nil {
		panic(err)
	}
	spec.Servers = openapi3.Servers{{URL: "/"}}
	openapi3filter.RegisterBodyDecoder("application/pdf", openapi3filter.FileBodyDecoder)
	router, err := gorillamux.NewRouter(spec)
	if err != nil {
		panic(err)
	}
	return router
})

// checkAnswer checks an answer against the contract: its status must be listed, and its body and headers must match.
func (w *world) checkAnswer(request *http.Request, a *answer) error {
	if a.header.Get("X-Request-Id") == "" || a.header.Get("X-Content-Type-Options") != "nosniff" {
		return fmt.Errorf("%s %s: the answer lacks headers: %v", request.Method, request.URL.Path, a.header)
	}
	bare, err := http.NewRequest(request.Method, request.URL.EscapedPath(), http.NoBody)
	if err != nil {
		return err
	}
	route, parameters, err := w.router.FindRoute(bare)
	if err != nil {
		return nil //nolint:nilerr // outside the contract
	}
	a.operation = route.Operation.OperationID
	input := &openapi3filter.ResponseValidationInput{
		RequestValidationInput: &openapi3filter.RequestValidationInput{Request: bare, PathParams: parameters, Route: route},
		Status:                 a.status,
		Header:                 a.header,
		Options:                &openapi3filter.Options{IncludeResponseStatus: true},
	}
	if len(a.body) > 0 {
		input.SetBodyBytes(a.body)
	}
	if err := openapi3filter.ValidateResponse(request.Context(), input); err != nil {
		return fmt.Errorf("%s answered %d, which does not match the contract: %w\n%s", a.operation, a.status, err, a.body)
	}
	if a.status >= 400 && a.header.Get("Content-Type") != "application/problem+json" {
		return fmt.Errorf("%s answered %d with the media type %q", a.operation, a.status, a.header.Get("Content-Type"))
	}
	return nil
}
