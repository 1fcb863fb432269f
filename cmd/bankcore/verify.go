package main

import (
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/bankingcore/bankcore/internal/config"
	"github.com/bankingcore/bankcore/internal/store"
	"github.com/bankingcore/bankcore/internal/verify"
)

func (p *program) verifyCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "verify",
		Short: "Verify the whole ledger and the audit trail",
		Long: `Recompute every account from its entries, on one snapshot: each hash from the one before, each sequence
without a gap, each balance, the two legs of each transfer, and for each currency that
balances = opened + deposited - withdrawn, which is what its deposits less its withdrawals come to for each settlement
code. Then the audit trail: each event's hash from the one before, and that none
is missing, changed, out of order or cut off at the end.

Before that, compare the database's schema with what it should be. The command prints what it checked, amounts in
minor units. It exits with code 1 if anything does not hold, and names the first broken entry or event, or the
object that differs. It changes nothing, and can run beside a server, on a backup, and on read-only storage. It
refuses a file that was copied without its log.`,
		Args: usage(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return p.withReader(cmd.Context(), func(_ config.Config, s *store.Store) error {
				report, err := verify.Run(cmd.Context(), s, progressOn(p.stderr))
				printReport(p.stdout, report)
				if err != nil {
					return err
				}
				fmt.Fprintln(p.stdout, "the ledger and the audit trail hold")
				return nil
			})
		},
	}
}

// progressOn returns a function that shows the progress of a verification on a terminal.
func progressOn(stderr io.Writer) func(verify.Report) {
	if !isTerminal(stderr) {
		return func(verify.Report) {}
	}
	return func(report verify.Report) {
		fmt.Fprintf(stderr, "%d accounts, %d entries\r", report.Accounts, report.Entries) // each line over the one before
	}
}

// isTerminal reports whether output is a terminal.
func isTerminal(output io.Writer) bool {
	_, ok := terminalOf(output)
	return ok
}

// terminalOf returns the terminal that a standard stream is, if it is one.
func terminalOf(stream any) (*os.File, bool) {
	file, ok := stream.(*os.File)
	return file, ok && term.IsTerminal(int(file.Fd()))
}

func printReport(stdout io.Writer, report verify.Report) {
	fmt.Fprintf(stdout, "checked %d customers: each has an account, and each account its customer\n", report.Customers)
	fmt.Fprintf(stdout, "checked %d accounts with %d entries: hashes, sequences, times, balances, transfers\n", report.Accounts, report.Entries)
	if report.Reversals > 0 {
		fmt.Fprintf(stdout, "checked %d reversals: each gives back what there was, and no more\n", report.Reversals)
	}
	if report.Holds > 0 {
		fmt.Fprintf(stdout, "checked %d holds: accounts hold what they have left, and entries have what was captured\n", report.Holds)
	}
	if report.Runs > 0 {
		fmt.Fprintf(stdout, "checked %d runs of standing orders: each date once, with the transfer that was ordered\n", report.Runs)
	}
	for _, total := range report.Totals {
		fmt.Fprintf(stdout, "%s: balances %d = opened %d + deposited %d - withdrawn %d; transferred %d out, %d in\n", total.Currency,
			total.Balances, total.Opened, total.Deposited, total.Withdrawn, total.TransferredOut, total.TransferredIn)
		if len(total.Settled) == 0 {
			continue
		}
		fmt.Fprintf(stdout, "%s: balances %d", total.Currency, total.Balances)
		for i, side := range total.Settled {
			fmt.Fprintf(stdout, "%s %s %d - %d", []string{" =", " +"}[min(i, 1)], side.Via, side.Debits, side.Credits)
		}
		fmt.Fprintln(stdout, ", as settled")
	}
	fmt.Fprintf(stdout, "checked %d events of the audit trail: hashes, sequences, its end\n", report.Events)
}
