package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/bankingcore/bankcore/internal/store"
)

func (p *program) migrateCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "migrate",
		Short: "Create the database, or bring it up to this version",
		Long: `Create the database that DATABASE_URL names, or bring it up to the version of this program.

"bankcore serve" does the same when it starts. A PostgreSQL database must exist, and may be empty; of several
processes one migrates it and the others wait. Migrations only go forward: back up first, and go back by
restoring. A database that a newer version has migrated is refused.`,
		Args: usage(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := p.config()
			if err != nil {
				return err
			}
			applied, err := store.Migrate(cmd.Context(), string(cfg.DatabaseURL))
			for _, migration := range applied {
				fmt.Fprintln(p.stdout, "applied "+migration)
			}
			if err == nil && len(applied) == 0 {
				fmt.Fprintln(p.stdout, "the database is up to date")
			}
			return err
		},
	}
}
