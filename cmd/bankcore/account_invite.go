package main

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/bankingcore/bankcore/internal/auth"
)

func (p *program) accountInviteCommand() *cobra.Command {
	params := auth.IssueInvitationParams{Uses: 1}
	expires := days(7 * day)
	command := &cobra.Command{
		Use:   "invite",
		Short: "Issue an invitation code for opening an account",
		Long: `Print an invitation code, which customers need to open an account if OPENINGS=code. The code is all that it takes,
so give it only to the customer.

The customer types the code on the dashboard, where a link to #/open?code=CODE fills it in; a client sends it as
invitation_code to POST /accounts. The audit events record that a code was issued.

Needs the SECRET_KEY with which the server checks codes: in the environment, in .env, or in secrets.env beside
the database.`,
		Example: "  bankcore account invite\n  bankcore account invite --uses 20 --expires 12h",
		Args:    usage(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			params.Lifetime = time.Duration(expires)
			if params.Uses < 1 || params.Uses > auth.MaxInvitationUses {
				return usageError{fmt.Errorf("--uses takes a number from 1 to %d", auth.MaxInvitationUses)}
			}
			return p.withAuth(cmd.Context(), func(a *auth.Service) error {
				invitation, err := a.IssueInvitation(cmd.Context(), operator, params)
				if err != nil {
					return err
				}
				return p.printInvitation(a.Openings(), params.Uses, invitation)
			})
		},
	}
	command.Flags().IntVar(&params.Uses, "uses", params.Uses, "how many accounts it opens")
	command.Flags().Var(&expires, "expires", "how long it is valid, such as 12h or 7d")
	return command
}

func (p *program) printInvitation(openings auth.Openings, uses int, invitation auth.Invitation) error {
	accounts := "one account"
	if uses > 1 {
		accounts = fmt.Sprintf("%d accounts", uses)
	}
	if _, err := fmt.Fprintf(p.stdout, "Invitation for %s, good until %s UTC:\n\n    %s\n",
		accounts, invitation.ExpiresAt.Format(time.DateTime), invitation.Code); err != nil {
		return err
	}
	if openings != auth.OpeningsCode {
		_, err := fmt.Fprintf(p.stderr, "OPENINGS is %s here: customers are not asked for this code.\n", openings)
		return err
	}
	return nil
}

const day = 24 * time.Hour

// days is a duration flag that also accepts days, as in 7d.
type days time.Duration

func (d *days) String() string {
	if *d == 0 {
		return "0" // so that help shows no default
	}
	if whole := time.Duration(*d); whole%day == 0 {
		return fmt.Sprintf("%dd", whole/day)
	}
	return time.Duration(*d).String()
}

func (d *days) Set(text string) error {
	duration, err := time.ParseDuration(text)
	if number, ok := strings.CutSuffix(text, "d"); ok {
		var count uint64
		count, err = strconv.ParseUint(number, 10, 16)
		duration = time.Duration(count) * day
	}
	if err != nil || duration < time.Minute || duration > auth.MaxInvitationLifetime {
		return errors.New("expected a duration from 1m to 365d")
	}
	*d = days(duration)
	return nil
}

func (*days) Type() string { return "duration" }
