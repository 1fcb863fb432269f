package server_test

import (
	"context"
	"fmt"
	"net/http"

	"github.com/bankingcore/bankcore/api/client"
)

// A company pays its staff with the generated client. One account number was wrong: the corrected file goes out whole, under a new key,
// and the references keep those that were paid from being paid twice.
func Example_payroll() {
	url, stop := serveExample()
	defer stop()
	ctx := context.Background()
	c, err := client.NewClientWithResponses(url)
	if err != nil {
		panic(err)
	}
	open := func(holder string, deposit int64) string {
		opened, err := c.OpenAccountWithResponse(ctx, nil, client.OpenAccountRequest{AccountHolderName: &holder, Pin: new("482913"), InitialDeposit: &deposit})
		if err != nil || opened.JSON201 == nil {
			panic(fmt.Sprint(err, opened))
		}
		return opened.JSON201.AccountNumber
	}
	company, ada, grace := open("Analytical Engines Ltd", 1_000_000), open("Ada Lovelace", 0), open("Grace Hopper", 0)
	login, err := c.LoginWithResponse(ctx, client.LoginRequest{AccountNumber: company, Pin: "482913"})
	if err != nil || login.JSON200 == nil {
		panic(fmt.Sprint(err, login))
	}
	signed := func(_ context.Context, request *http.Request) error {
		request.Header.Set("Authorization", "Bearer "+login.JSON200.AccessToken)
		return nil
	}

	mode := client.Each
	pay := func(key string, items ...client.TransferItem) {
		paid, err := c.TransferManyWithResponse(ctx, company, &client.TransferManyParams{IdempotencyKey: &key},
			client.TransferManyRequest{Mode: &mode, Items: items}, signed)
		if err != nil || paid.JSON201 == nil {
			panic(fmt.Sprint(err, paid))
		}
		fmt.Println("paid:", paid.JSON201.TotalAmount)
		for _, result := range paid.JSON201.Results {
			if result.Problem != nil {
				fmt.Println(*items[result.Index].Reference, result.Problem.Code)
			}
		}
	}
	first, second := "2026-11/ada", "2026-11/grace"
	pay("payroll-november", client.TransferItem{ToAccount: ada, Amount: 250_000, Reference: &first},
		client.TransferItem{ToAccount: "100000000008", Amount: 260_000, Reference: &second})
	pay("payroll-november-corrected", client.TransferItem{ToAccount: ada, Amount: 250_000, Reference: &first},
		client.TransferItem{ToAccount: grace, Amount: 260_000, Reference: &second})
	// Output:
	// paid: 250000
	// 2026-11/grace account_not_found
	// paid: 260000
	// 2026-11/ada reference_used
}
