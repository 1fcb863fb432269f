// Command bankcore is the bank's one program: the server and the operator's tools.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	_ "time/tzdata" // BANK_TIMEZONE, on machines without the zones

	"github.com/spf13/cobra"

	"github.com/bankingcore/bankcore/internal/config"
	"github.com/bankingcore/bankcore/internal/store"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the process at once
	err := run(ctx, os.Args[1:], os.Environ(), os.Stdin, os.Stdout, os.Stderr)
	if err != nil {
		fmt.Fprintln(os.Stderr, "bankcore: "+err.Error())
	}
	os.Exit(exitCode(err))
}

// usageError is a mistake in the command line. It exits with code 2; every other error exits with 1.
type usageError struct{ error }

func exitCode(err error) int {
	if err == nil {
		return 0
	}
	if _, usage := errors.AsType[usageError](err); usage {
		return 2
	}
	return 1
}

// program holds what every command needs from the process around it.
type program struct {
	environ []string
	stdin   io.Reader
	stdout  io.Writer
	stderr  io.Writer
	hangups chan os.Signal // SIGHUPs, while a server runs
}

// config reads the settings from the environment and from .env in the working directory.
func (p *program) config() (config.Config, error) { return config.Load(p.environ, ".env") }

// withStore opens the configured database. A server may be running on it.
func (p *program) withStore(ctx context.Context, fn func(cfg config.Config, s *store.Store) error) error {
	cfg, err := p.config()
	if err != nil {
		return err
	}
	s, err := store.Open(ctx, string(cfg.DatabaseURL))
	if err != nil {
		return err
	}
	defer func() { _ = s.Close() }()
	return fn(cfg, s)
}

// withReader opens the configured database for reading only.
func (p *program) withReader(ctx context.Context, fn func(cfg config.Config, s *store.Store) error) error {
	cfg, err := p.config()
	if err != nil {
		return err
	}
	s, err := store.OpenReadOnly(ctx, string(cfg.DatabaseURL))
	if err != nil {
		return err
	}
	defer func() { _ = s.Close() }()
	return fn(cfg, s)
}

// run executes one command line. It is main without the process, so that tests can call it.
func run(ctx context.Context, args, environ []string, stdin io.Reader, stdout, stderr io.Writer) error {
	p := &program{environ: environ, stdin: stdin, stdout: stdout, stderr: stderr, hangups: make(chan os.Signal, 1)}
	root := &cobra.Command{
		Use:   "bankcore",
		Short: "A self-hosted core-banking service",
		Long: `Banking Core keeps accounts, moves money between them, and proves its own history.

Start it with "bankcore serve". Settings come from the environment, or from the file .env in the
working directory; .env.example lists them. With no settings at all it keeps its database and its
secrets in ./data and listens on 127.0.0.1:5000.`,
		Args:          usage(cobra.NoArgs),
		RunE:          func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	root.CompletionOptions.HiddenDefaultCmd = true
	root.SetArgs(args)
	root.SetIn(stdin)
	root.SetOut(stdout)
	root.SetErr(stderr)
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return usageError{fmt.Errorf("%w; see %s --help", err, cmd.CommandPath())}
	})
	root.AddCommand(p.serveCommand(), p.migrateCommand(), p.verifyCommand(), p.backupCommand(), p.restoreCommand(), p.copyCommand(),
		p.accountCommand(), p.clientCommand(), p.versionCommand())
	return root.ExecuteContext(ctx)
}

// usage makes the errors of an argument check usage errors.
func usage(check cobra.PositionalArgs) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if err := check(cmd, args); err != nil {
			return usageError{fmt.Errorf("%w; see %s --help", err, cmd.CommandPath())}
		}
		return nil
	}
}
