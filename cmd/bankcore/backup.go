package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/bankingcore/bankcore/internal/backup"
	"github.com/bankingcore/bankcore/internal/config"
	"github.com/bankingcore/bankcore/internal/store"
)

func (p *program) backupCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "backup FILE",
		Short: "Write a consistent copy of the database",
		Long: `Write a consistent copy of the database to a new file, while a server may be running on it.

The copy is checked before it gets its name. FILE.mac beside it is made with SECRET_KEY and proves to "bankcore
restore" that this bank wrote FILE, so keep the two together. Neither contains secrets.env; keep a copy of that
too, in another place.

With BACKUP_RECIPIENTS, age public keys, FILE is encrypted, and only "bankcore restore --identity" or age itself
can read it; while it is being written, an unencrypted copy is beside the database. Without BACKUP_RECIPIENTS,
FILE is a database like any other.

For SQLite only: PostgreSQL has pg_basebackup and pg_dump.`,
		Example: "  bankcore backup /backups/bank-2026-11-23.db\n  DATABASE_URL=sqlite:/backups/bank-2026-11-23.db bankcore verify\n" +
			"  BACKUP_RECIPIENTS=age1... bankcore backup /backups/bank-2026-11-23.db.age",
		Args: usage(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			return p.withReader(cmd.Context(), func(cfg config.Config, s *store.Store) error { return p.backup(cmd.Context(), cfg, s, args[0]) })
		},
	}
}

func (p *program) backup(ctx context.Context, cfg config.Config, s *store.Store, path string) error {
	keys, err := cfg.BackupKeys()
	if err != nil {
		return err
	}
	if err := backup.Write(ctx, s, backup.WriteParams{Path: path, Key: keys[0], Recipients: cfg.BackupRecipients}); err != nil {
		return err
	}
	written, err := os.Stat(path)
	if err != nil {
		return err
	}
	fmt.Fprintf(p.stdout, "wrote and checked %s, %d bytes\nwrote %s.mac, which restore needs too\n", path, written.Size(), path)
	if len(cfg.BackupRecipients) > 0 && filepath.Ext(path) != ".age" {
		fmt.Fprintf(p.stdout, "%s is encrypted with age, though its name does not end in .age\n", path)
	}
	return nil
}
