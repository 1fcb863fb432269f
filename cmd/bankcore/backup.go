package main

import (
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/bankingcore/bankcore/internal/store"
)

func (p *program) backupCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "backup FILE",
		Short: "Write a consistent copy of the database",
		Long: `Write a consistent copy of the database to a new file, while a server may be running on it.

The copy is checked before it gets its name, and is a database like any other. "bankcore restore" puts it
back. secrets.env is not part of it; keep a copy of that too, in another place. For SQLite only: PostgreSQL
has pg_basebackup and pg_dump.`,
		Example: "  bankcore backup /backups/bank-2026-11-23.db\n  DATABASE_URL=sqlite:/backups/bank-2026-11-23.db bankcore verify",
		Args:    usage(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			return p.withReader(cmd.Context(), func(s *store.Store) error {
				if err := s.Backup(cmd.Context(), args[0]); err != nil {
					return err
				}
				written, err := os.Stat(args[0])
				if err != nil {
					return err
				}
				fmt.Fprintf(p.stdout, "wrote and checked %s, %d bytes\n", args[0], written.Size())
				return nil
			})
		},
	}
}
