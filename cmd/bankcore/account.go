package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/bankingcore/bankcore/internal/auth"
	"github.com/bankingcore/bankcore/internal/bank"
	"github.com/bankingcore/bankcore/internal/config"
	"github.com/bankingcore/bankcore/internal/ledger"
	"github.com/bankingcore/bankcore/internal/setup"
	"github.com/bankingcore/bankcore/internal/store"
)

// operator is the caller behind every command: a person who can write to the database anyway.
var operator = auth.Caller{Operator: true}

func (p *program) accountCommand() *cobra.Command {
	command := &cobra.Command{
		Use:   "account",
		Short: "Open, promote and unlock accounts, invite customers, end sessions, help with lost PINs and phones",
		Long: `Open, promote and unlock accounts, end their sessions, issue invitations and codes for forgotten PINs, and switch
off lost second factors, in the database that DATABASE_URL names, even while a server runs on it.
The audit events record every change with the actor "operator".`,
		Args: usage(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	command.AddCommand(p.accountCreateCommand(), p.accountRoleCommand(), p.accountUnlockCommand(), p.accountInviteCommand(),
		p.accountEndSessionsCommand(), p.accountResetPinCommand(), p.accountSecondFactorOffCommand(), p.accountPeppersCommand(),
		p.accountResealCommand())
	return command
}

func (p *program) accountCreateCommand() *cobra.Command {
	var params bank.OpenAccountParams
	var deposit int64
	var role, of string
	command := &cobra.Command{
		Use:   "create --name NAME | --customer-of NUMBER",
		Short: "Open an account",
		Long: `Open an account and print its number.

The command prompts for the PIN, or reads it as one line from standard input if that is not a terminal.
The PIN is never an argument, which other users of the machine could see.

An employee or administrator needs a PIN of 8 digits or more and a second factor, which is set up at once: see
bankcore account role.

With --customer-of, the account is a further one of the customer who has that account. It has their name and PIN,
so there is none to enter.`,
		Example: "  bankcore account create --name \"Grace Hopper\" --role admin\n  echo 730164 | bankcore account create --name \"Ada Lovelace\" --initial-deposit 100000",
		Args:    usage(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			params.InitialDeposit = ledger.Money(deposit)
			if of != "" {
				return p.openFurther(cmd, of, params)
			}
			if params.Holder == "" {
				return usageError{errors.New("--name or --customer-of is required; see bankcore account create --help")}
			}
			wanted, err := parseRole(role)
			if err != nil {
				return err
			}
			if params.Pin, err = p.askPin(); err != nil {
				return err
			}
			return p.withBank(cmd.Context(), func(a *auth.Service, b *bank.Bank) error {
				if a.RequiresSecondFactor(wanted) {
					if err := auth.CheckStaffPin(params.Pin); err != nil {
						return err
					}
				}
				opening, err := b.OpenAccount(cmd.Context(), operator, params)
				if err != nil {
					return err
				}
				number := opening.Account.Number
				if wanted == opening.Account.Role {
					return p.printAccount(b, opening.Account)
				}
				if err := p.giveRole(cmd.Context(), a, b, number, wanted); err != nil {
					return fmt.Errorf("account %s is open but not ready for its role, see bankcore account role: %w", number, err)
				}
				return nil
			})
		},
	}
	command.Flags().StringVar(&params.Holder, "name", "", "the account holder's name")
	command.Flags().StringVar(&of, "customer-of", "", "an account of the customer who gets a further one")
	command.Flags().StringVar(&params.Nickname, "nickname", "", "the customer's own name for the account")
	command.Flags().StringVar(&params.Currency, "currency", "", "a code of ISO 4217 or CURRENCIES (default CURRENCY)")
	command.Flags().Int64Var(&deposit, "initial-deposit", 0, "in the currency's minor unit")
	command.Flags().StringVar(&role, "role", string(auth.RoleCustomer), "customer, employee or admin")
	command.MarkFlagsMutuallyExclusive("customer-of", "name")
	command.MarkFlagsMutuallyExclusive("customer-of", "role")
	return command
}

// openFurther opens a further account for a customer.
func (p *program) openFurther(cmd *cobra.Command, of string, params bank.OpenAccountParams) error {
	number, err := parseNumber(of)
	if err != nil {
		return err
	}
	params.CustomerOf = number
	return p.withBank(cmd.Context(), func(_ *auth.Service, b *bank.Bank) error {
		opening, err := b.OpenAccount(cmd.Context(), operator, params)
		if err != nil {
			return err
		}
		return p.printAccount(b, opening.Account)
	})
}

func (p *program) accountRoleCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "role NUMBER customer|employee|admin",
		Short: "Give an account's customer a role",
		Long: `Give the customer of an account a role, for all of their accounts. It takes effect with their next request.

Employees and administrators need a second factor, unless STAFF_SECOND_FACTOR=off. For a customer without one,
this prints a QR code and the secret for an authenticator app, asks for a code from the app (on a terminal only),
and prints ten recovery codes, which are never shown again. The customer has the role's rights from the next
sign-in with a code. If the PIN has fewer than 8 digits, it must be changed first.

Only the command line changes roles, so that a stolen session cannot promote itself.`,
		Example: "  bankcore account role 481207359144 admin",
		Args:    usage(cobra.ExactArgs(2)),
		RunE: func(cmd *cobra.Command, args []string) error {
			number, err := parseNumber(args[0])
			if err != nil {
				return err
			}
			role, err := parseRole(args[1])
			if err != nil {
				return err
			}
			return p.withBank(cmd.Context(), func(a *auth.Service, b *bank.Bank) error {
				return p.giveRole(cmd.Context(), a, b, number, role)
			})
		},
	}
}

// giveRole also sets up the second factor that the role needs.
func (p *program) giveRole(ctx context.Context, a *auth.Service, b *bank.Bank, number ledger.AccountNumber, role auth.Role) error {
	account, err := b.SetRole(ctx, operator, number, role)
	if err != nil {
		return err
	}
	if err := p.printAccount(b, account); err != nil || !a.RequiresSecondFactor(role) {
		return err
	}
	return p.setUpSecondFactor(ctx, a, number)
}

func (p *program) accountUnlockCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "unlock NUMBER",
		Short:   "Unlock an account that three wrong PINs have locked",
		Example: "  bankcore account unlock 481207359144",
		Args:    usage(cobra.ExactArgs(1)),
		RunE: p.withAccount(func(ctx context.Context, _ *auth.Service, b *bank.Bank, number ledger.AccountNumber) error {
			account, err := b.UnlockAccount(ctx, operator, number)
			if err != nil {
				return err
			}
			return p.printAccount(b, account)
		}),
	}
}

func parseNumber(text string) (ledger.AccountNumber, error) {
	number, err := ledger.ParseAccountNumber(text)
	if err != nil {
		return 0, usageError{fmt.Errorf("%q is not an account number of 12 digits", text)}
	}
	return number, nil
}

func parseRole(text string) (auth.Role, error) {
	role := auth.Role(text)
	if !role.Valid() {
		return "", usageError{fmt.Errorf("%q is not a role; expected customer, employee or admin", text)}
	}
	return role, nil
}

// withAccount returns what a command runs whose first argument is an account number.
func (p *program) withAccount(fn func(ctx context.Context, a *auth.Service, b *bank.Bank, number ledger.AccountNumber) error,
) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, args []string) error {
		number, err := parseNumber(args[0])
		if err != nil {
			return err
		}
		return p.withBank(cmd.Context(), func(a *auth.Service, b *bank.Bank) error { return fn(cmd.Context(), a, b, number) })
	}
}

// withBank opens the configured bank.
func (p *program) withBank(ctx context.Context, fn func(a *auth.Service, b *bank.Bank) error) error {
	return p.withStore(ctx, func(cfg config.Config, s *store.Store) error {
		logger, closer, err := setup.Logger(cfg, p.stderr)
		if err != nil {
			return err
		}
		defer func() { _ = closer.Close() }()
		a, b, err := openBank(ctx, s, cfg, logger)
		if err != nil {
			return err
		}
		err = fn(a, b)
		if refusal, ok := errors.AsType[*ledger.Refusal](err); ok {
			return errors.New(plain(refusal))
		}
		return err
	})
}

// withAuth opens the service that authenticates callers at the configured bank.
func (p *program) withAuth(ctx context.Context, fn func(a *auth.Service) error) error {
	return p.withBank(ctx, func(a *auth.Service, _ *bank.Bank) error { return fn(a) })
}

// plain words a refusal for people, with a noun for its JSON pointer.
func plain(refusal *ledger.Refusal) string {
	for pointer, noun := range map[string]string{
		"/name": "the name ", "/permissions": "a permission ", "/account_numbers": "an account: ", "/ip_networks": "a network ",
		"/rate_limit": "the rate limit ", "/expires_at": "the expiry ",
	} {
		if strings.HasPrefix(refusal.Pointer, pointer) {
			return noun + refusal.Message
		}
	}
	subject := map[string]string{
		"/account_holder_name": "the name ", "/pin": "the PIN ", "/initial_deposit": "the initial deposit ", "/currency": "the currency ",
		"/nickname": "the nickname ",
	}
	return subject[refusal.Pointer] + refusal.Message
}

func (p *program) printAccount(b *bank.Bank, a bank.Account) error {
	lock := "not locked"
	if a.SignInLocked {
		lock = "locked"
	}
	nickname := ""
	if a.Nickname != "" {
		nickname = fmt.Sprintf("  %q", a.Nickname)
	}
	_, err := fmt.Fprintf(p.stdout, "%s  %s  %s  %s  %s %s%s\n",
		a.Number, a.Holder, a.Role, lock, a.Balance.Decimal(b.Currencies().Decimals(a.Currency)), a.Currency, nickname)
	return err
}

// askPin prompts for the PIN twice on a terminal, and otherwise reads one line.
func (p *program) askPin() (string, error) {
	file, ok := terminalOf(p.stdin)
	if !ok {
		line, err := bufio.NewReader(io.LimitReader(p.stdin, 64)).ReadString('\n')
		if err != nil && !errors.Is(err, io.EOF) {
			return "", err
		}
		return strings.TrimRight(line, "\r\n"), nil
	}
	first, err := p.askHidden(file, "PIN: ")
	if err != nil {
		return "", err
	}
	second, err := p.askHidden(file, "PIN again: ")
	if err != nil {
		return "", err
	}
	if first != second {
		return "", errors.New("the two PINs differ")
	}
	return first, nil
}

func (p *program) askHidden(terminal *os.File, prompt string) (string, error) {
	fmt.Fprint(p.stderr, prompt)
	defer fmt.Fprintln(p.stderr)
	text, err := term.ReadPassword(int(terminal.Fd()))
	return string(text), err
}
