package main

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/bankingcore/bankcore/internal/auth"
	"github.com/bankingcore/bankcore/internal/bank"
	"github.com/bankingcore/bankcore/internal/ledger"
)

func (p *program) accountResetPinCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "reset-pin NUMBER",
		Short: "Issue a one-time code for a forgotten PIN",
		Long: `Print a one-time code with which the account's holder sets a new PIN. First make sure that it is the
holder who asks: the code is all that it takes to set a new PIN.

The code is valid for 10 minutes and three tries, and replaces an earlier one. Using it lifts the lock and
ends every session of the account. Only the customer types the new PIN: you never learn it. The audit events
record that a code was issued, tried in vain or used.

Needs the SECRET_KEY with which the server checks codes: in the environment, in .env, or in secrets.env beside
the database.`,
		Example: "  bankcore account reset-pin 481207359144",
		Args:    usage(cobra.ExactArgs(1)),
		RunE: p.withAccount(func(ctx context.Context, a *auth.Service, b *bank.Bank, number ledger.AccountNumber) error {
			account, err := b.GetAccount(ctx, operator, number)
			if err != nil {
				return err
			}
			reset, err := a.IssuePinReset(ctx, operator, number)
			if err != nil {
				return err
			}
			return p.printReset(reset, account.Holder)
		}),
	}
}

func (p *program) printReset(reset auth.PinReset, holder string) error {
	_, err := fmt.Fprintf(p.stdout, `One-time code for account %s (%s):

    %s

Good until %s UTC (%d minutes) and for three tries; an earlier code of this account no longer works.
Give it to the account's holder only. On the bank's sign-in page, under "Forgot your PIN?", the holder
enters the account number, this code and a new PIN, which you need not know.
`, reset.Account, holder, reset.Code, reset.ExpiresAt.Format(time.TimeOnly), int(auth.ResetCodeLifetime.Minutes()))
	return err
}
