package server_test

import (
	"context"
	"fmt"
	"net/http"
	"net/netip"

	"github.com/bankingcore/bankcore/api/client"
	"github.com/bankingcore/bankcore/internal/auth"
	"github.com/bankingcore/bankcore/internal/bank"
)

// A program that processes cards has a service client's key, which it sends with each request. It deposits money into a customer's
// account and, since it has no permission for that, withdraws none.
func Example_serviceClient() {
	a, b, url, stop := serveExampleBank()
	defer stop()
	ctx := context.Background()
	c, err := client.NewClientWithResponses(url)
	if err != nil {
		panic(err)
	}
	opened, err := b.OpenAccount(ctx, auth.Caller{}, bank.OpenAccountParams{Holder: "Ada Lovelace", Pin: "482913"})
	if err != nil {
		panic(err)
	}
	account := opened.Account.Number.String()

	// The operator does this with: bankcore client create, and bankcore client key.
	operator := auth.Caller{Operator: true}
	processor, err := a.AdminCreateClient(ctx, operator, auth.ClientSettings{
		Name:        "Card processor",
		Permissions: []auth.Permission{auth.DepositsWrite},
		Networks:    []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")},
	})
	if err != nil {
		panic(err)
	}
	key, err := a.AdminCreateClientKey(ctx, operator, processor.ID)
	if err != nil {
		panic(err)
	}

	withKey := func(_ context.Context, request *http.Request) error {
		request.Header.Set("Authorization", "Bearer "+key.Text)
		return nil
	}
	once := "card-payment-4711" // a retry under this key cannot deposit twice
	deposited, err := c.DepositWithResponse(ctx, account, &client.DepositParams{IdempotencyKey: &once}, client.AmountRequest{Amount: 4_200}, withKey)
	if err != nil || deposited.JSON201 == nil {
		panic(fmt.Sprint(err, deposited))
	}
	withdrawn, err := c.WithdrawWithResponse(ctx, account, nil, client.AmountRequest{Amount: 4_200}, withKey)
	if err != nil || withdrawn.ApplicationproblemJSON403 == nil {
		panic(fmt.Sprint(err, withdrawn))
	}
	fmt.Println("balance:", deposited.JSON201.BalanceAfter, deposited.JSON201.Currency)
	fmt.Println("withdrawal:", withdrawn.ApplicationproblemJSON403.Code)
	// Output:
	// balance: 4200 USD
	// withdrawal: forbidden
}
