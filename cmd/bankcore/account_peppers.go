package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/bankingcore/bankcore/internal/auth"
)

func (p *program) accountPeppersCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "peppers",
		Short: "Count PINs by the pepper that they were hashed with",
		Long: `Count PINs by the pepper that they were hashed with, while PIN_PEPPER is replaced.

A PIN moves to the newest pepper, the first that PIN_PEPPER lists, the next time it is entered correctly. An older
pepper can be dropped once no PIN needs it; customers whose PINs still do would need bankcore account reset-pin.
A PIN whose hash does not name its pepper, as older hashes do not, may need any of the older ones.`,
		Example: "  bankcore account peppers",
		Args:    usage(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return p.withAuth(cmd.Context(), func(a *auth.Service) error {
				use, err := a.CountPeppers(cmd.Context())
				if err != nil {
					return err
				}
				_, err = fmt.Fprintf(p.stdout, "newest pepper       %d\nolder, listed       %d\nolder, not named    %d\nmissing             %d\n",
					use.Newest, use.Older, use.Unmarked, use.Missing)
				return err
			})
		},
	}
}
