package bank

import (
	"context"

	"github.com/bankingcore/bankcore/internal/names"
)

// Payee is what a customer may know of an account before sending money to it.
type Payee struct {
	Account    AccountNumber
	MaskedName string
	Currency   string
}

// GetPayee returns who would receive a transfer, for any signed-in customer.
func (b *Bank) GetPayee(ctx context.Context, caller Caller, number AccountNumber) (Payee, error) {
	if caller.Account == 0 {
		return Payee{}, refuse(CodeForbidden, "This is only for customers who have signed in.")
	}
	account, err := b.readAccount(ctx, number)
	if err != nil {
		return Payee{}, err
	}
	return Payee{Account: account.Number, MaskedName: names.Mask(account.Holder), Currency: account.Currency}, nil
}
