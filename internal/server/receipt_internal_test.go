package server

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"reflect"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/api"
	"github.com/bankingcore/bankcore/internal/bank"
	"github.com/bankingcore/bankcore/internal/ledger"
)

// FuzzReceipt: a receipt is, byte for byte and header for header, what the generated code would answer.
func FuzzReceipt(f *testing.F) {
	require.Equal(f, []int{17, 16}, []int{reflect.TypeFor[ledger.Entry]().NumField(), reflect.TypeFor[api.Transaction]().NumField()},
		"a new field of either belongs in appendEntry and in this test")
	for _, text := range []string{"", "Rent, November", "Miete für März", `a"b\c`, "<a&b>", "\u2028", "\x00\x1f\x7f", "\xff", "transfer_in", "USD"} {
		f.Add(int64(481207359144), int64(12), int64(12550), int64(87450), int64(730164000001), int64(1_800_000_000_123_456), text, text, text, []byte(text), true)
		f.Add(int64(7), int64(-1), int64(0), int64(1)<<53, int64(0), int64(0), "EUR", "deposit", text, make([]byte, 64), false)
	}
	f.Fuzz(func(t *testing.T, account, sequence, amount, balance, counterparty, at int64, currency, kind, description string, random []byte, replayed bool) {
		const accounts, year10000 = int64(1e12), int64(253_402_300_800_000_000)
		random = append(random, make([]byte, 64)...)
		e := ledger.Entry{
			ID: uuid.UUID(random[:16]), Account: ledger.AccountNumber(account & (1<<62 - 1) % accounts), Sequence: sequence, Previous: uuid.UUID(random[:16]),
			Type: ledger.EntryType(kind), Amount: ledger.Money(amount), Currency: currency, BalanceAfter: ledger.Money(balance),
			Timestamp: time.UnixMicro(at & (1<<62 - 1) % year10000), Description: description, Reference: kind, Via: currency, Transfer: uuid.UUID(random[16:32]),
			Hold: uuid.UUID(random[8:24]), Reverses: uuid.UUID(random[24:40]),
			Counterparty: ledger.AccountNumber(counterparty & (1<<62 - 1) % accounts), Hash: ledger.Hash(random[32:64]),
		}
		entry, err := json.Marshal(transactionOf(e))
		require.NoError(t, err)
		require.Equal(t, string(entry), string(appendEntry(nil, &e)))

		location := "/bank/accounts/" + e.Account.String() + "/transactions/" + e.ID.String()
		want, got := httptest.NewRecorder(), httptest.NewRecorder()
		require.NoError(t, api.Transfer201JSONResponse{
			Body: transactionOf(e), Headers: api.Transfer201ResponseHeaders{Location: location, IdempotentReplayed: nilIfZero(replayed)},
		}.VisitTransferResponse(want))
		require.NoError(t, (&Server{base: "/bank"}).receipt(bank.Receipt{Transaction: e, Replayed: replayed}).VisitTransferResponse(got))
		require.Equal(t, []any{http.StatusCreated, want.Header(), want.Body.String()}, []any{got.Code, got.Header(), got.Body.String()})
	})
}
