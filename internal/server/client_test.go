package server_test

import (
	"context"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/api/client"
)

// TestGeneratedClient works through a customer's day with the Go client, as an integrator would.
func TestGeneratedClient(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := context.Background()
	c, err := client.NewClientWithResponses(w.url)
	require.NoError(t, err)

	deposit := int64(100_000)
	opened, err := c.OpenAccountWithResponse(ctx, nil, client.OpenAccountRequest{
		AccountHolderName: new("Ada Lovelace"), Pin: new("482913"), InitialDeposit: &deposit,
	})
	require.NoError(t, err)
	require.NotNil(t, opened.JSON201, string(opened.Body))
	ada := opened.JSON201.AccountNumber
	bob := w.open("730164", 0).number

	login, err := c.LoginWithResponse(ctx, client.LoginRequest{AccountNumber: ada, Pin: "482913"})
	require.NoError(t, err)
	require.NotNil(t, login.JSON200, string(login.Body))
	signed := func(_ context.Context, request *http.Request) error {
		request.Header.Set("Authorization", "Bearer "+login.JSON200.AccessToken)
		return nil
	}

	key := "rent-november"
	transfer := client.TransferRequest{ToAccount: bob, Amount: 12_550}
	sent, err := c.TransferWithResponse(ctx, ada, &client.TransferParams{IdempotencyKey: &key}, transfer, signed)
	require.NoError(t, err)
	require.NotNil(t, sent.JSON201, string(sent.Body))
	require.Equal(t, bob, *sent.JSON201.CounterpartyAccount)
	require.True(t, w.clock.Now().Equal(sent.JSON201.Timestamp))

	refused, err := c.WithdrawWithResponse(ctx, ada, nil, client.AmountRequest{Amount: 1_000_000}, signed)
	require.NoError(t, err)
	require.NotNil(t, refused.ApplicationproblemJSON422, string(refused.Body))
	require.Equal(t, client.ProblemCodeInsufficientFunds, refused.ApplicationproblemJSON422.Code)

	page, err := c.ListTransactionsWithResponse(ctx, ada, nil, signed)
	require.NoError(t, err)
	require.NotNil(t, page.JSON200, string(page.Body))
	require.Len(t, page.JSON200.Data, 2)
	require.Nil(t, page.JSON200.NextCursor)
	requireFurtherAccount(t, c, signed)
}

// requireFurtherAccount opens a further account, names it, and finds it in the list with a balance that its entry proves.
func requireFurtherAccount(t *testing.T, c *client.ClientWithResponses, signed client.RequestEditorFn) {
	t.Helper()
	ctx := context.Background()
	opened, err := c.OpenAccountWithResponse(ctx, nil, client.OpenAccountRequest{Currency: new("EUR")}, signed)
	require.NoError(t, err)
	require.NotNil(t, opened.JSON201, string(opened.Body))
	number := opened.JSON201.AccountNumber
	named, err := c.ChangeAccountWithResponse(ctx, number, client.ChangeAccountRequest{Nickname: "Holidays"}, signed)
	require.NoError(t, err)
	require.NotNil(t, named.JSON200, string(named.Body))
	list, err := c.ListAccountsWithResponse(ctx, signed)
	require.NoError(t, err)
	require.NotNil(t, list.JSON200, string(list.Body))
	require.Len(t, list.JSON200.Data, 2)
	require.Contains(t, list.JSON200.Data, *named.JSON200)
	balance, err := c.GetBalanceWithResponse(ctx, number, nil, signed)
	require.NoError(t, err)
	require.NotNil(t, balance.JSON200, string(balance.Body))
	history, err := c.ListTransactionsWithResponse(ctx, number, nil, signed)
	require.NoError(t, err)
	require.Equal(t, history.JSON200.Data[0].Hash, balance.JSON200.Hash)
	require.EqualValues(t, 1, balance.JSON200.Sequence)
}
