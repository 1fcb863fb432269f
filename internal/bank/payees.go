package bank

import (
	"context"
	"strings"
	"unicode"
)

// Payee is as much of an account as somebody may know who is about to send money to it.
type Payee struct {
	Account    AccountNumber
	MaskedName string
	Currency   string
}

// GetPayee tells who would receive a transfer, for whoever is signed in.
func (b *Bank) GetPayee(ctx context.Context, caller Caller, number AccountNumber) (Payee, error) {
	if caller.Account == 0 {
		return Payee{}, refuse(CodeForbidden, "This is only for customers who have signed in.")
	}
	account, err := b.readAccount(ctx, number)
	if err != nil {
		return Payee{}, err
	}
	return Payee{Account: account.Number, MaskedName: maskName(account.Holder), Currency: account.Currency}, nil
}

// maskName leaves of each name its first letter, with the marks that belong to it. The bullets are as many for every name,
// so that they do not tell its length.
func maskName(name string) string {
	var masked []string
	for word := range strings.FieldsSeq(name) {
		initial := strings.TrimLeftFunc(word, func(r rune) bool { return !unicode.IsLetter(r) })
		if initial == "" {
			continue
		}
		end := strings.IndexFunc(initial[1:], func(r rune) bool { return unicode.IsLetter(r) || strings.ContainsRune("'’-.", r) })
		if end >= 0 {
			initial = initial[:end+1]
		}
		masked = append(masked, initial+"•••")
	}
	return strings.Join(masked, " ")
}
