package bank

import (
	"context"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Payee is what a customer may know of an account before sending money to it.
type Payee struct {
	Account    AccountNumber
	MaskedName string
	Currency   string
}

// GetPayee returns who would receive a transfer, for any signed-in customer.
func (b *Bank) GetPayee(ctx context.Context, caller Caller, number AccountNumber) (Payee, error) {
	if err := caller.require(TransfersWrite, caller.Account); err != nil {
		return Payee{}, err
	}
	account, err := b.readAccount(ctx, number)
	if err != nil {
		return Payee{}, err
	}
	return Payee{Account: account.Number, MaskedName: maskName(account.Holder), Currency: account.Currency}, nil
}

// maskName keeps of each name its first letter, with the marks and joiners that belong to it. The number of bullets is always
// the same, so they do not reveal the name's length.
func maskName(name string) string {
	var masked []string
	for word := range strings.FieldsSeq(name) {
		initial := strings.TrimLeftFunc(word, func(r rune) bool { return !unicode.IsLetter(r) })
		if initial == "" {
			continue
		}
		_, size := utf8.DecodeRuneInString(initial)
		if end := strings.IndexFunc(initial[size:], func(r rune) bool { return !unicode.IsMark(r) && !isJoiner(r) }); end >= 0 {
			initial = initial[:size+end]
		}
		masked = append(masked, initial+"•••")
	}
	return strings.Join(masked, " ")
}
