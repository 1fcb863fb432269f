// Command bankbench loads a bank's server, measures its throughput and latency, and checks that the ledger holds what was acknowledged.
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

	"github.com/bankingcore/bankcore/cmd/bankbench/internal/postgres"
	"github.com/bankingcore/bankcore/internal/config"
)

func main() {
	ctx, cancel := context.WithCancel(context.Background())
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	go func() {
		<-signals
		cancel() // the run ends early
		<-signals
		// A second signal ends the process at once, but nothing may be left in somebody's PostgreSQL.
		if err := postgres.DropAll(); err != nil {
			fmt.Fprintln(os.Stderr, "bankbench: "+err.Error())
		}
		os.Exit(1)
	}()
	err := run(ctx, os.Args[1:], os.Environ(), os.Stdout, os.Stderr)
	if err != nil {
		fmt.Fprintln(os.Stderr, "bankbench: "+err.Error())
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

// program holds what the bench needs from the process around it.
type program struct {
	environ []string
	stdout  io.Writer
	stderr  io.Writer
}

// run executes one command line. It is main without the process, so that tests can call it.
func run(ctx context.Context, args, environ []string, stdout, stderr io.Writer) error {
	p := &program{environ: environ, stdout: stdout, stderr: stderr}
	var o options
	mistake := func(cmd *cobra.Command, err error) error {
		return usageError{fmt.Errorf("%w; see %s --help", err, cmd.CommandPath())}
	}
	command := &cobra.Command{
		Use:   "bankbench",
		Short: "Measure throughput and latency, and check what was acknowledged",
		Long: `Load a server from this process, show progress once a second, print throughput and latencies, and then check
that the ledger holds exactly what was acknowledged. The exit code is 1 if it does not.

Without --url, the real server runs in this process, on a loopback port and a throwaway SQLite database; its rate
limits are off and it writes its log to the null device. PINs are hashed cheaply, because only the set-up needs
them. At most 10000 of the accounts send; all of them receive. The database is created under TMPDIR: on a file
system in memory, a durable write costs nothing and the figures mean little. With --database it is created in a
file that is kept, and used again by the next run that names it. With --database postgres://... it is a throwaway
database in that PostgreSQL server, where the role must be allowed to create one. It is dropped at the end, also
of a run that is interrupted; a process that is killed leaves it, with a name that begins with bankbench_.

With --url, the accounts are opened over HTTP, and all of them sign in: start that server with RATE_LIMIT_*=off
and, for more than 256 connections, with MAX_CONNECTIONS_PER_ADDRESS=off. The accounts stay on that server. With
--database postgres://... as well, if its database is in that PostgreSQL server, PostgreSQL's processor time is
reported too, and --baseline runs pgbench there.

The operations of --mix are transfer, deposit, withdraw and batch, which write, and account, history, entry and
month, which read an account, the newest page of its history, one entry, and the first page of one month; "read"
stands for the four in equal parts. A batch is one request with --items transfers, each of which may be refused by
itself; its latency is the request's, and its transfers are counted one by one. With --hot, all transfers go to one
account, which sends none.

With --baseline, a bare Echo handler and a bare SQLite loop take turns with the bank, five rounds each and as
long as the bank in all, to compare figures from different machines. On PostgreSQL the loop's place is taken by
TPC-B as pgbench runs it, with 16 clients and prepared statements, in a throwaway database of the same server, for
whole seconds. A run that SIGINT interrupts ends early and still reports.

Processor time is reported for what Linux shows on this machine: the server's process, which without --url is the
load generator's too, and all processes of PostgreSQL, whatever database they work for.`,
		Example: `  bankbench --baseline
  bankbench --connections 256 --mix transfer=80,deposit=10,read=10 --hot=1%
  bankbench --mix batch --items 100 --hot
  bankbench --history 10000000 --database seeded.db --mix read=1 --json
  bankbench --database postgres://bench@127.0.0.1/postgres --baseline --duration 20s
  bankbench --url http://127.0.0.1:5000 --duration 30s`,
		Args: func(cmd *cobra.Command, args []string) error {
			if err := cobra.NoArgs(cmd, args); err != nil {
				return mistake(cmd, err)
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := o.check(); err != nil {
				return mistake(cmd, err)
			}
			cfg, err := config.Load(p.environ, ".env")
			if err != nil {
				return err
			}
			return p.bench(cmd.Context(), cfg, &o)
		},
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	command.SetArgs(args)
	command.SetOut(stdout)
	command.SetErr(stderr)
	command.SetFlagErrorFunc(mistake)
	o.define(command)
	return command.ExecuteContext(ctx)
}
