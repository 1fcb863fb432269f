package statement_test

import (
	"bytes"
	"encoding/csv"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/reports"
	"github.com/bankingcore/bankcore/internal/statement"
)

func written(t *testing.T, s *reports.Statement) string {
	t.Helper()
	var text bytes.Buffer
	require.NoError(t, statement.WriteCSV(&text, s))
	return text.String()
}

func TestCSVHasOneHeaderAndOneRowForEachEntry(t *testing.T) {
	t.Parallel()
	require.Equal(t, strings.ReplaceAll(`date,timestamp,sequence,type,direction,amount,currency,balance,description,counterparty_account,transaction_id,hash,reference,via,hold_id,reverses_id
2026-11-01,2026-11-01T00:00:00.000000Z,8,deposit,in,12.34,USD,5012.34,Salary,,00000000-0000-0000-0000-000000000000,0001`+strings.Repeat("0", 60)+`,,,,
2026-11-01,2026-11-01T00:01:00.000000Z,9,withdrawal,out,-12.35,USD,4999.99,"Cash, ""Nov""",,00000000-0000-0000-0000-000000000001,0101`+strings.Repeat("0", 60)+`,,,,
2026-11-01,2026-11-01T00:02:00.000000Z,10,transfer_in,in,12.36,USD,5012.35,'=1+1,730164285195,00000000-0000-0000-0000-000000000002,0201`+strings.Repeat("0", 60)+`,,,,
`, "\n", "\r\n"), written(t, month(t, time.UTC, "Salary", `Cash, "Nov"`, "=1+1")))
	require.Equal(t, 1, strings.Count(written(t, month(t, time.UTC)), "\n"), "a month without entries")
}

func TestCSVIsDatedInTheZoneOfTheBank(t *testing.T) {
	t.Parallel()
	rows, err := csv.NewReader(strings.NewReader(written(t, month(t, zone(t, "Pacific/Auckland"), "Midnight")))).ReadAll()
	require.NoError(t, err)
	require.Equal(t, []string{"2026-11-01", "2026-11-01T00:00:00.000000+13:00"}, rows[1][:2], "which is October in UTC")
}

// hledger, with the rules in the documentation, reads a statement correctly.
func TestHledgerImportsAStatementAsItIs(t *testing.T) {
	t.Parallel()
	s := month(t, time.UTC, "Salary November", "Café Zürich", "", `Rent, "Nov"`, "=1+1", "家賃")
	for name, mark := range map[string]string{"plain": "", "with a byte order mark": statement.ByteOrderMark} {
		file := filepath.Join(t.TempDir(), "statement.csv")
		require.NoError(t, os.WriteFile(file, []byte(mark+written(t, s)), 0o600))
		hledger := func(arguments ...string) string {
			command := exec.CommandContext(t.Context(), "hledger", append([]string{"-f", file, "--rules-file", "../../docs/statement.rules"}, arguments...)...)
			command.Env = append(os.Environ(), "LC_ALL=C.UTF-8")
			out, err := command.CombinedOutput()
			require.NoError(t, err, "%s: %s", name, out)
			return string(out)
		}
		require.Equal(t, "USD-"+(s.Opening-s.Closing).Decimal(2), strings.Fields(hledger("balance", "assets:bank", "--no-total"))[0], name)
		printed := hledger("print")
		require.Equal(t, len(s.Transactions), strings.Count(printed, "transaction_id:"), name)
		for _, text := range []string{"(8) Salary November", "(9) Café Zürich", "(10) transfer_in 730164285195", `(11) transfer_out 730164285195 Rent, "Nov"`, "(12) '=1+1", "(13) 家賃"} {
			require.Contains(t, printed, "2026-11-01 "+text, name)
		}
	}
}
