package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/bankingcore/bankcore/internal/auth"
	"github.com/bankingcore/bankcore/internal/bank"
	"github.com/bankingcore/bankcore/internal/ledger"
)

func (p *program) accountEndSessionsCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "end-sessions NUMBER",
		Short: "End every session of an account",
		Long: `End every session of an account, for a customer who has lost a device or suspects a thief. From the next request
on, every server refuses every token of the account.

The PIN stays as it is. If someone else knows it, run bankcore account reset-pin too.`,
		Example: "  bankcore account end-sessions 481207359144",
		Args:    usage(cobra.ExactArgs(1)),
		RunE: p.withAccount(func(ctx context.Context, a *auth.Service, _ *bank.Bank, number ledger.AccountNumber) error {
			live, err := a.AdminEndSessions(ctx, operator, number)
			if err != nil {
				return err
			}
			_, err = fmt.Fprintf(p.stdout, "%s  sessions ended: %d\n", number, live)
			return err
		}),
	}
}
