package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/bankingcore/bankcore/internal/config"
	"github.com/bankingcore/bankcore/internal/copier"
	"github.com/bankingcore/bankcore/internal/store"
)

// copySecrets names the secrets without which a copy is of no use.
const copySecrets = "serve it with the source's PIN_PEPPER, or no PIN can be checked, and its SECRET_KEY, or every customer has to sign " +
	"in again and retries are taken for new requests; they are in the source's secrets.env, unless they are configured"

func (p *program) copyCommand() *cobra.Command {
	var from, to string
	command := &cobra.Command{
		Use:   "copy --from URL --to URL",
		Short: "Copy the whole bank to another database",
		Long: `Copy the whole bank to another database, from SQLite to PostgreSQL, back, or between two of a kind: accounts,
entries, sessions, idempotency keys and events.

The target is created if it does not exist, and brought up to this version. It must be empty or an earlier copy
of the same source; otherwise no row of it is changed. No server may run on it. A server may run on the source:
the copy is the bank as it was at the beginning, and its ledger is verified first. At the end the ledger of the
target is verified too, and everything that its hashes do not cover is compared.

After an interruption, or when the source has grown, the same command resumes where it stopped. So a bank moves
with little downtime: copy it while it is served, stop the server, copy again, and serve the copy with the secrets
of the source. Sessions stay valid and retries are recognised.

Serve the target only after this command has said that the copy is complete. An interrupted copy may look like a
whole bank, even to "bankcore verify", but it is the bank as it was at an earlier time.

A URL has the form of DATABASE_URL, which stands in for the one that is left out. Put a URL with a password there,
because other users of the machine can see a command line.`,
		Example: `  bankcore copy --from sqlite:data/bankcore.db --to postgres://bankcore@db.example/bankcore
  DATABASE_URL=postgres://... bankcore copy --from sqlite:data/bankcore.db
  DATABASE_URL=postgres://... bankcore copy --to sqlite:/mnt/usb/bank.db`,
		Args: noCopyArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			source, target, err := p.copySides(cmd, from, to)
			if err != nil {
				return err
			}
			return oneLine(p.copy(cmd.Context(), source, target))
		},
	}
	command.Flags().StringVar(&from, "from", "", "the database to copy (default DATABASE_URL)")
	command.Flags().StringVar(&to, "to", "", "the database to copy to (default DATABASE_URL)")
	return command
}

// noCopyArgs does not quote what it refuses, which may be a URL with a password.
func noCopyArgs(cmd *cobra.Command, args []string) error {
	if len(args) > 0 {
		return usageError{fmt.Errorf("URLs are given with --from and --to; see %s --help", cmd.CommandPath())}
	}
	return nil
}

// copySides returns the two databases that a command line names.
func (p *program) copySides(cmd *cobra.Command, from, to string) (source, target config.DatabaseURL, err error) {
	source, target = config.DatabaseURL(from), config.DatabaseURL(to)
	for _, given := range []struct {
		flag string
		url  config.DatabaseURL
	}{{"from", source}, {"to", target}} {
		if cmd.Flags().Changed(given.flag) && !given.url.Valid() {
			return "", "", usageError{fmt.Errorf("--%s: expected sqlite:PATH or postgres://...; see %s --help", given.flag, cmd.CommandPath())}
		}
	}
	switch {
	case from == "" && to == "":
		return "", "", usageError{fmt.Errorf("--from or --to is required; see %s --help", cmd.CommandPath())}
	case from == "" || to == "":
		cfg, err := p.config()
		if err != nil {
			return "", "", err
		}
		if from == "" {
			source = cfg.DatabaseURL
		} else {
			target = cfg.DatabaseURL
		}
	}
	if sameDatabase(source, target) {
		return "", "", usageError{fmt.Errorf("--from and --to are the same database; see %s --help", cmd.CommandPath())}
	}
	return source, target, nil
}

// sameDatabase reports whether two URLs name the same file, by whatever names, or are the same URL.
func sameDatabase(a, b config.DatabaseURL) bool {
	one, isFile := a.SQLitePath()
	other, alsoFile := b.SQLitePath()
	if !isFile || !alsoFile {
		return serverURL(a) == serverURL(b)
	}
	if oneAbsolute, err := filepath.Abs(one); err == nil {
		if otherAbsolute, err := filepath.Abs(other); err == nil && oneAbsolute == otherAbsolute {
			return true
		}
	}
	oneFile, oneErr := os.Stat(one)
	otherFile, otherErr := os.Stat(other)
	return oneErr == nil && otherErr == nil && os.SameFile(oneFile, otherFile)
}

// serverURL returns the URL with one spelling for the two schemes of PostgreSQL.
func serverURL(d config.DatabaseURL) string {
	return strings.Replace(string(d), "postgresql://", "postgres://", 1)
}

func (p *program) copy(ctx context.Context, source, target config.DatabaseURL) error {
	from, err := store.OpenReadOnly(ctx, string(source))
	if err != nil {
		return fmt.Errorf("--from: %w", err)
	}
	defer func() { _ = from.Close() }()
	to, err := p.openTarget(ctx, target)
	if err != nil {
		return fmt.Errorf("--to: %w", err)
	}
	defer func() { _ = to.Close() }()
	show, wipe := copyProgressOn(p.stderr)
	report, err := copier.Copy(ctx, from, to, show)
	wipe()
	if err != nil && ctx.Err() != nil {
		return errors.New("interrupted: the copy is not complete and must not be served; the same command resumes it")
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(p.stdout, "copied %d accounts and %d entries that were not there yet\n", report.Accounts, report.Entries)
	printReport(p.stdout, report.Verified)
	fmt.Fprintf(p.stdout, "both sides are equal: the copy is complete\n%s\n", copySecrets)
	return nil
}

// oneLine removes the line breaks with which PostgreSQL's driver lists every address that it has tried.
func oneLine(err error) error {
	if err == nil || !strings.Contains(err.Error(), "\n") {
		return err
	}
	return errors.New(strings.Join(strings.Fields(err.Error()), " "))
}

// openTarget creates the target, or brings it up to this version, and claims it as a server would.
func (p *program) openTarget(ctx context.Context, target config.DatabaseURL) (*store.Store, error) {
	cfg, err := p.config()
	if err != nil {
		return nil, err
	}
	if target != cfg.DatabaseURL {
		cfg = config.Config{DatabaseURL: target}
	}
	if _, err := migrate(ctx, cfg); err != nil {
		return nil, err
	}
	s, err := store.Open(ctx, string(target))
	if err != nil {
		return nil, err
	}
	if err := s.Claim(); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// copyProgressOn returns functions that show the progress of a copy on a terminal and clear its line.
func copyProgressOn(stderr io.Writer) (show func(copier.Progress), wipe func()) {
	if !isTerminal(stderr) {
		return func(copier.Progress) {}, func() {}
	}
	const clearLine = "\x1b[K"
	return func(p copier.Progress) {
		of := ""
		if p.Of > 0 {
			of = fmt.Sprintf(" of %d", p.Of)
		}
		fmt.Fprintf(stderr, "%s: %d%s%s\r", p.Step, p.Done, of, clearLine)
	}, func() { fmt.Fprint(stderr, clearLine) }
}
