package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/bankingcore/bankcore/internal/auth"
	"github.com/bankingcore/bankcore/internal/backup"
	"github.com/bankingcore/bankcore/internal/config"
	"github.com/bankingcore/bankcore/internal/store"
)

func (p *program) restoreCommand() *cobra.Command {
	var inPlace bool
	var options restoreOptions
	command := &cobra.Command{
		Use:   "restore FILE | --in-place",
		Short: "Replace the database with a backup",
		Long: `Replace the database that DATABASE_URL names with a checked copy of a backup, brought up to this version, while
no server runs on it. FILE stays as it is. The database that it replaces is kept beside the new one, under a name
with the time.

FILE.mac and SECRET_KEY must prove that "bankcore backup" of this bank wrote FILE: an attacker could have put
money or an administrator into another one. --unsigned takes any file, such as a backup from before there were
MACs, a copy by other means, or one of another SECRET_KEY: you vouch for where it comes from. An encrypted one
needs --identity, the file with the age private key. In every case, the tables, triggers and everything else in
its schema are compared with what they should be.

Every session ends, codes for forgotten PINs become invalid, and the audit events record the restore: the refresh
tokens that customers hold by now are newer than the backup, and would be taken for stolen ones. PINs, locks and
roles are those of the backup. What came after it is lost, including idempotency keys: a request that is repeated
with a lost key is a new one.

--in-place ends the sessions and codes of a database that was restored by other means, such as PostgreSQL's own
or a disk snapshot, and records the restore. Run it before the database is served.

A backup does not contain secrets.env: the bank needs the one from the same time, at least for PIN_PEPPER.`,
		Example: "  bankcore restore /backups/bank-2026-11-23.db && bankcore verify\n  bankcore restore /backups/bank-2026-11-23.db.age --identity key.txt\n  DATABASE_URL=postgres://... bankcore restore --in-place",
		Args: usage(func(cmd *cobra.Command, args []string) error {
			switch {
			case inPlace && options != restoreOptions{}:
				return errors.New("--unsigned, --identity and --incomplete go with a FILE")
			case options.incomplete && !options.unsigned:
				return errors.New("--incomplete goes with --unsigned, since such a FILE has no MAC")
			}
			if inPlace {
				return cobra.NoArgs(cmd, args)
			}
			return cobra.ExactArgs(1)(cmd, args)
		}),
		RunE: func(cmd *cobra.Command, args []string) error {
			if inPlace {
				return p.withStore(cmd.Context(), func(_ config.Config, s *store.Store) error { return p.endRestoredSessions(cmd.Context(), s) })
			}
			return p.restore(cmd.Context(), args[0], options)
		},
	}
	command.Flags().BoolVar(&inPlace, "in-place", false, "the database has been restored by other means")
	command.Flags().BoolVar(&options.unsigned, "unsigned", false, "take a FILE without proof that it is this bank's")
	command.Flags().StringVar(&options.identity, "identity", "", "the file with the age private key that decrypts FILE")
	command.Flags().BoolVar(&options.incomplete, "incomplete", false, "take a FILE that was copied without its log, and may lack entries")
	return command
}

// restoreOptions are the flags that go with a FILE.
type restoreOptions struct {
	unsigned   bool
	identity   string
	incomplete bool
}

func (p *program) restore(ctx context.Context, file string, options restoreOptions) error {
	cfg, err := p.config()
	if err != nil {
		return err
	}
	var keys [][]byte
	if !options.unsigned {
		if keys, err = cfg.BackupKeys(); err != nil {
			return fmt.Errorf("%w; --unsigned takes the file unchecked", err)
		}
	}
	identities, err := readIdentities(options.identity)
	if err != nil {
		return err
	}
	kept, err := backup.Restore(ctx, backup.RestoreParams{
		Backup: file, DatabaseURL: string(cfg.DatabaseURL), Now: time.Now(), Incomplete: options.incomplete, Prepare: p.endRestoredSessions,
		Keys: keys, Identities: identities,
	})
	if kept != "" {
		fmt.Fprintf(p.stdout, "the previous database is kept as %s\n", kept)
	}
	if err == nil {
		fmt.Fprintf(p.stdout, "restored and checked %s\n", file)
	}
	return err
}

func (p *program) endRestoredSessions(ctx context.Context, s *store.Store) error {
	ended, err := auth.EndRestoredSessions(ctx, s, time.Now, rand.Reader)
	if err != nil {
		return err
	}
	fmt.Fprintf(p.stdout, "sessions ended: %d; PINs, second factors, locks and roles are those of the backup\n", ended)
	return nil
}
