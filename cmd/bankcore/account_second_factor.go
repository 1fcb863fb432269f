package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/mdp/qrterminal/v3"
	"github.com/spf13/cobra"

	"github.com/bankingcore/bankcore/internal/auth"
	"github.com/bankingcore/bankcore/internal/bank"
	"github.com/bankingcore/bankcore/internal/ledger"
)

func (p *program) accountSecondFactorOffCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "second-factor-off NUMBER",
		Short: "Switch off a second factor that its owner has lost",
		Long: `Switch off an account's second factor: the owner has lost both the phone and the recovery codes, or the
SECRET_KEY that it was sealed with is gone. First make sure that it is the owner who asks: from then on, the
PIN alone gives access to the account.

An administrator then signs in with a customer's rights, and sets up a new one in the dashboard.`,
		Example: "  bankcore account second-factor-off 481207359144",
		Args:    usage(cobra.ExactArgs(1)),
		RunE: p.withAccount(func(ctx context.Context, a *auth.Service, b *bank.Bank, number ledger.AccountNumber) error {
			if err := a.SwitchSecondFactorOff(ctx, operator, number); err != nil {
				return err
			}
			account, err := b.GetAccount(ctx, operator, number)
			if err != nil {
				return err
			}
			return p.printAccount(b, account)
		}),
	}
}

func (p *program) accountResealCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "reseal",
		Short: "Seal second factors with the newest SECRET_KEY",
		Long: `Seal the secret of every second factor with the newest SECRET_KEY, the first that it lists, so that an older
one can be dropped. A server does the same whenever it starts. This command is for a SECRET_KEY that must be
replaced at once: list the new one and the old one for this command only, then start the servers with the new one.

Second factors that cannot be read need a SECRET_KEY that is not listed, or bankcore account second-factor-off.`,
		Example: "  SECRET_KEY=NEW,OLD bankcore account reseal",
		Args:    usage(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return p.withAuth(cmd.Context(), func(a *auth.Service) error {
				use, err := a.ResealSecondFactors(cmd.Context())
				if err != nil {
					return err
				}
				_, err = fmt.Fprintf(p.stdout, "brought to the newest SECRET_KEY  %d\ncannot be read                    %d\n", use.Resealed, use.Unreadable)
				return err
			})
		},
	}
}

// setUpSecondFactor enrols a second factor for an account that has none.
func (p *program) setUpSecondFactor(ctx context.Context, a *auth.Service, number ledger.AccountNumber) error {
	state, err := a.GetSecondFactor(ctx, operator, number)
	if err != nil || state.Enabled {
		return err
	}
	secret, err := a.EnrolSecondFactor(ctx, operator, number)
	if err != nil {
		return err
	}
	fmt.Fprintln(p.stdout, "\nSecond factor: scan this with an authenticator app, or type the secret.")
	qrterminal.GenerateHalfBlock(secret.URI, qrterminal.L, p.stdout)
	fmt.Fprintf(p.stdout, "    %s\n", secret.Secret)
	codes, err := p.confirmSecondFactor(ctx, a, number)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(p.stdout, "\nRecovery codes. Each works once, in place of a code from the app. They are not shown again:\n    %s\n",
		strings.Join(codes, "\n    "))
	return err
}

// confirmSecondFactor asks for a code from the app on a terminal. A program has none to give, so it is not asked.
func (p *program) confirmSecondFactor(ctx context.Context, a *auth.Service, number ledger.AccountNumber) ([]string, error) {
	file, ok := terminalOf(p.stdin)
	if !ok {
		return a.EnableSecondFactor(ctx, operator, number)
	}
	answers := bufio.NewScanner(file)
	for {
		fmt.Fprint(p.stderr, "The code that the app shows now: ")
		if !answers.Scan() {
			return nil, errors.Join(errors.New("the second factor was not confirmed"), answers.Err())
		}
		codes, err := a.ConfirmSecondFactor(ctx, operator, number, answers.Text())
		if code := codeOf(err); code != auth.CodeInvalidSecondFactor && code != ledger.CodeInvalidRequest {
			return codes, err
		}
		fmt.Fprintln(p.stderr, "That code is wrong.")
	}
}
