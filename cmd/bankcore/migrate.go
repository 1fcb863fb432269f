package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/bankingcore/bankcore/internal/config"
	"github.com/bankingcore/bankcore/internal/store"
)

func (p *program) migrateCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "migrate",
		Short: "Create the database, or bring it up to this version",
		Long: `Create the database that DATABASE_URL names, or bring it up to the version of this program.

"bankcore serve" does the same when it starts. A PostgreSQL database must already exist, and may be empty; of
several processes, one migrates it while the others wait. With MIGRATE_DATABASE_URL, the role that it names owns
the tables, and the role of DATABASE_URL is granted what a server needs and no more.

Migrations only go forward: back up first, and go back by restoring. A database that a newer version has
migrated is refused, and so is one whose tables, triggers and other objects are not those of its version.`,
		Args: usage(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := p.config()
			if err != nil {
				return err
			}
			applied, err := migrate(cmd.Context(), cfg)
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

// migrate brings the database up to date, as the role that owns its tables if that is not the server's.
func migrate(ctx context.Context, cfg config.Config) ([]string, error) {
	if cfg.MigrateDatabaseURL == "" {
		return store.Migrate(ctx, string(cfg.DatabaseURL))
	}
	return store.MigrateAs(ctx, string(cfg.MigrateDatabaseURL), string(cfg.DatabaseURL))
}
