// Package contract compares requests with the contract of the API, api/openapi.yaml. It knows what a request may look like, and nothing
// of what it is for.
package contract

import (
	"fmt"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/bankingcore/bankcore/internal/api"
)

// Load returns the embedded contract, which is read and checked only once. Callers must not change it.
func Load() (*openapi3.T, error) { return load() }

var load = sync.OnceValues(func() (*openapi3.T, error) {
	spec, err := api.GetSpec()
	if err != nil {
		return nil, fmt.Errorf("load the contract: %w", err)
	}
	spec.Servers = nil // or the validator refuses every host that the contract does not name
	return spec, nil
})
