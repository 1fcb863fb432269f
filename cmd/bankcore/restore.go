package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/bankingcore/bankcore/internal/bank"
	"github.com/bankingcore/bankcore/internal/store"
)

func (p *program) restoreCommand() *cobra.Command {
	var inPlace, incomplete bool
	command := &cobra.Command{
		Use:   "restore FILE | --in-place",
		Short: "Put a backup in the database's place",
		Long: `Put a checked copy of a backup in the place of the database that DATABASE_URL names, while no server runs
on it, and bring it up to this version. FILE stays as it is, and so does the database that was there: it is
kept beside the new one, under a name with the time.

Every session ends, codes for forgotten PINs die, and the restore is in the audit events: the refresh tokens
that customers hold by now are newer than the backup, and would be taken for stolen ones. PINs, locks and
roles are those of the backup. What came after it is lost, idempotency keys among it: a request that is
repeated under a lost key is a new one.

--in-place does the same to a database that other means have restored, before it is served: PostgreSQL's
own, or a snapshot of a disk.

secrets.env is no part of a backup: the bank needs the one of its time, for PIN_PEPPER at least.`,
		Example: "  bankcore restore /backups/bank-2026-11-23.db && bankcore verify\n  DATABASE_URL=postgres://... bankcore restore --in-place",
		Args: usage(func(cmd *cobra.Command, args []string) error {
			if inPlace && incomplete {
				return errors.New("--incomplete goes with a FILE")
			}
			if inPlace {
				return cobra.NoArgs(cmd, args)
			}
			return cobra.ExactArgs(1)(cmd, args)
		}),
		RunE: func(cmd *cobra.Command, args []string) error {
			if inPlace {
				return p.withStore(cmd.Context(), func(_ config, s *store.Store) error { return p.endRestoredSessions(cmd.Context(), s) })
			}
			return p.restore(cmd.Context(), args[0], incomplete)
		},
	}
	command.Flags().BoolVar(&inPlace, "in-place", false, "the database has been restored by other means")
	command.Flags().BoolVar(&incomplete, "incomplete", false, "take a FILE that was copied without its log, and may lack entries")
	return command
}

func (p *program) restore(ctx context.Context, file string, incomplete bool) error {
	cfg, err := p.config()
	if err != nil {
		return err
	}
	kept, err := store.Restore(ctx, store.RestoreParams{
		Backup: file, DatabaseURL: string(cfg.DatabaseURL), Now: time.Now(), Incomplete: incomplete, Prepare: p.endRestoredSessions,
	})
	if kept != "" {
		fmt.Fprintf(p.stdout, "the database that was there is kept as %s\n", kept)
	}
	if err == nil {
		fmt.Fprintf(p.stdout, "restored and checked %s\n", file)
	}
	return err
}

func (p *program) endRestoredSessions(ctx context.Context, s *store.Store) error {
	ended, err := bank.EndRestoredSessions(ctx, s, time.Now, rand.Reader)
	if err != nil {
		return err
	}
	fmt.Fprintf(p.stdout, "sessions ended: %d; PINs, locks and roles are those of the backup\n", ended)
	return nil
}
