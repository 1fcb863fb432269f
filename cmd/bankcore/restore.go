package main

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/bankingcore/bankcore/internal/store"
)

func (p *program) restoreCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "restore FILE",
		Short: "Put a backup in the database's place",
		Long: `Put a checked copy of a backup in the place of the database that DATABASE_URL names, while no server runs
on it. FILE stays as it is, and so does the database that was there: it is kept beside the new one, under a
name with the time. A backup of an older version is brought up when the server starts.

secrets.env is no part of a backup: the bank needs the one of its time, for PIN_PEPPER at least. For SQLite
only.`,
		Example: "  bankcore restore /backups/bank-2026-11-23.db && bankcore migrate && bankcore verify",
		Args:    usage(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			cfg, err := p.config()
			if err != nil {
				return err
			}
			kept, err := store.Restore(cmd.Context(), args[0], string(cfg.DatabaseURL), time.Now())
			if kept != "" {
				fmt.Fprintf(p.stdout, "the database that was there is kept as %s\n", kept)
			}
			if err == nil {
				fmt.Fprintf(p.stdout, "restored and checked %s\n", args[0])
			}
			return err
		},
	}
}
