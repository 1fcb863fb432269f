package server_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/testkit/storetest"
)

// currency is one currency of GET /currencies.
type currency struct {
	Code, Name string
	Decimals   int
	Withdrawn  bool
}

func (w *world) currencies() (list map[string]currency, standard string) {
	w.t.Helper()
	var answer struct {
		Data            []currency
		DefaultCurrency string `json:"default_currency"`
	}
	a := w.call("GET", "/currencies")
	require.Equal(w.t, 200, a.status, a.text())
	a.decode(&answer)
	list = map[string]currency{}
	for _, c := range answer.Data {
		list[c.Code] = c
	}
	require.Len(w.t, list, len(answer.Data), "a code is listed twice")
	return list, answer.DefaultCurrency
}

// TestAnIntegratorLearnsTheDecimalsOfEachCurrency takes them from the bank and finds the same number in a statement.
func TestAnIntegratorLearnsTheDecimalsOfEachCurrency(t *testing.T) {
	t.Parallel()
	storetest.OneEngine(t)
	w := newWorld(t)
	list, standard := w.currencies()
	require.Equal(t, "USD", standard)
	for code, want := range map[string]currency{
		"USD": {"USD", "US Dollar", 2, false}, "JPY": {"JPY", "Yen", 0, false}, "MUR": {"MUR", "Mauritius Rupee", 2, false},
		"SLE": {"SLE", "Leone", 2, false}, "SLL": {"SLL", "Leone", 2, true}, "HRK": {"HRK", "Kuna", 2, true},
	} {
		require.Equal(t, want, list[code])
	}
	require.NotContains(t, list, "XAU")
	for code, want := range map[string]string{
		"MUR": "1000.05", "RSD": "1000.05", "COP": "1000.05", "IQD": "100.005", "KWD": "100.005", "JPY": "100005", "UYW": "10.0005",
	} {
		a := w.call("GET", "/accounts/"+w.openIn(code).field("account_number").(string)+"/statement?month=2026-11", adminKey(testAdminKey))
		require.Contains(t, a.text(), ","+want+",", code)
		_, fraction, _ := strings.Cut(want, ".")
		require.Len(t, fraction, list[code].Decimals, "%s has as many decimals in a statement as in the list", code)
	}
}

// openIn opens an account with 100,005 minor units of a currency.
func (w *world) openIn(code string) *answer {
	w.t.Helper()
	return w.call("POST", "/accounts", body(map[string]any{
		"account_holder_name": "Bob", "pin": "730164", "currency": code, "initial_deposit": 100_005,
	}))
}

// TestEveryListedCurrencyIsTakenUnlessWithdrawn opens an account in every currency.
func TestEveryListedCurrencyIsTakenUnlessWithdrawn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	list, _ := w.currencies()
	for code, c := range list {
		a := w.openIn(code)
		if !c.Withdrawn {
			require.Equal(t, 201, a.status, "%s: %s", code, a.text())
			continue
		}
		require.Equal(t, 400, a.status, code)
		require.Contains(t, a.text(), "was withdrawn in ", code)
	}
}

// TestTheListOfCurrenciesIsShortOnItsWay asks like a browser, and like a client that accepts no compression.
func TestTheListOfCurrenciesIsShortOnItsWay(t *testing.T) {
	t.Parallel()
	storetest.OneEngine(t)
	w := newWorld(t)
	ask := func(path, encoding string) (http.Header, int) {
		request, err := http.NewRequest("GET", w.url+path, http.NoBody)
		require.NoError(t, err)
		request.Header.Set("Accept-Encoding", encoding) // set here, so that the client does not decompress the answer
		response, err := w.client.Do(request)
		require.NoError(t, err)
		defer func() { _ = response.Body.Close() }()
		content, err := io.ReadAll(response.Body)
		require.NoError(t, err)
		return response.Header, len(content)
	}
	plain, length := ask("/currencies", "identity")
	require.Empty(t, plain.Get("Content-Encoding"))
	packed, packedLength := ask("/currencies", "gzip")
	require.Equal(t, "gzip", packed.Get("Content-Encoding"))
	require.Equal(t, "Accept-Encoding", packed.Get("Vary"))
	require.Less(t, packedLength*2, length)
	other, _ := ask("/version", "gzip")
	require.Empty(t, other.Get("Content-Encoding"))
}
