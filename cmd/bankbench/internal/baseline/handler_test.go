package baseline

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/api"
)

// TestHandler checks that the baseline really decodes a transfer and answers one.
func TestHandler(t *testing.T) {
	t.Parallel()
	ask := func(body string) *httptest.ResponseRecorder {
		answer := httptest.NewRecorder()
		request := httptest.NewRequest(http.MethodPost, "/accounts/481207359144/transfer", strings.NewReader(body))
		Handler().ServeHTTP(answer, request)
		return answer
	}
	answer := ask(`{"to_account":"730164000001","amount":12550,"description":"Rent"}`)
	require.Equal(t, http.StatusCreated, answer.Code)
	var transaction api.Transaction
	require.NoError(t, json.Unmarshal(answer.Body.Bytes(), &transaction))
	require.Equal(t, "481207359144", transaction.AccountNumber)
	require.Equal(t, "730164000001", *transaction.CounterpartyAccount)
	require.Equal(t, int64(12550), transaction.Amount)
	require.Equal(t, "Rent", transaction.Description)
	require.Len(t, transaction.Hash, 64)
	require.Greater(t, ask("not JSON").Code, 299)
}
