package server

import (
	"os"
	"regexp"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/ledger"
)

// TestNothingIsOpenByOversight: the server starts with no operation whose security, permission or limit is missing or unknown.
func TestNothingIsOpenByOversight(t *testing.T) {
	t.Parallel()
	by := func(scheme string) *openapi3.SecurityRequirements {
		return &openapi3.SecurityRequirements{openapi3.SecurityRequirement{scheme: {}}}
	}
	for why, bad := range map[string]openapi3.Operation{
		"does not say":         {},
		"scheme":               {Security: by("basic")},
		"takes credentials":    {Security: by("bearerAuth")},
		"only then":            {Security: &openapi3.SecurityRequirements{}, Extensions: map[string]any{"x-permission": "accounts:read"}},
		"permission":           {Security: by("bearerAuth"), Extensions: map[string]any{"x-permission": "accounts:write"}},
		"rate limit":           {Security: &openapi3.SecurityRequirements{}, Extensions: map[string]any{"x-rate-limit": "often"}},
		"\"bank:operate\" is ": {Security: by("adminKey"), Extensions: map[string]any{"x-permission": "bank:operate"}},
	} {
		_, err := operationOf(&bad, nil)
		require.ErrorContains(t, err, why)
	}
	good := openapi3.Operation{Security: by("bearerAuth"), Extensions: map[string]any{"x-permission": "accounts:read"}}
	o, err := operationOf(&good, nil)
	require.NoError(t, err)
	require.False(t, o.optional)
	good.Security.With(openapi3.SecurityRequirement{})
	o, err = operationOf(&good, nil)
	require.NoError(t, err)
	require.True(t, o.optional, "only where the contract says so")
}

// TestExamplesAreNumbersThatCouldExist checks the account numbers in the contract, which integrators copy and try.
func TestExamplesAreNumbersThatCouldExist(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../api/openapi.yaml")
	require.NoError(t, err)
	numbers := regexp.MustCompile(`\b[1-9]\d{11}\b`).FindAllString(string(text), -1)
	require.NotEmpty(t, numbers)
	for _, text := range numbers {
		number, err := ledger.ParseAccountNumber(text)
		require.NoError(t, err)
		require.True(t, number.LuhnValid(), text)
	}
}
