package faults

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/testkit/bankcoretest"
	"github.com/bankingcore/bankcore/internal/testkit/checker"
	"github.com/bankingcore/bankcore/internal/testkit/nettest"
	"github.com/bankingcore/bankcore/internal/testkit/pgtest"
)

// clusterMutants are bugs that need several servers, or a connection to the database that fails.
var clusterMutants = []mutant{
	{"a commit whose reply is lost is retried", []sourceEdit{
		{pipelineFile, "mayHaveCommitted(err) {\n\t\t\treturn fmt.Errorf(\"%w: %w\", ErrUnknown, err)",
			"mayHaveCommitted(err) {\n\t\t\treturn fmt.Errorf(\"%w: %w\", ErrUnavailable, err)"},
	}},
	{"a request with an unknown outcome is retried without a key", []sourceEdit{
		{transactionsFile, "if errors.Is(err, ErrUnknown) && order.Key.Text != \"\" {", "if errors.Is(err, ErrUnknown) {\n\t\t_ = b.identify(&order.Postings[0], b.now())"},
	}},
	{"an unknown outcome is reported as a success", []sourceEdit{
		{transactionsFile, "\toutcome, err := b.store.Post(ctx, order)\n",
			"\toutcome, err := b.store.Post(ctx, order)\n\tif errors.Is(err, ErrUnknown) {\n\t\treturn outcome, nil\n\t}\n"},
	}},
	{"a retried batch posts twice, because each try makes new ids", []sourceEdit{
		{postgresPostFile, "\t\tif err = p.attemptBatch(batch); err == nil {", "\t\tfor _, c := range batch {\n\t\t\tfor i := range c.Postings {\n" +
			"\t\t\t\teach := &c.Postings[i]\n\t\t\t\tfor _, id := range []*uuid.UUID{&each.ID, &each.ToID, &each.Transfer} {\n\t\t\t\t\t*id = uuid.New()\n\t\t\t\t}\n\t\t\t}\n\t\t}\n" +
			"\t\tif err = p.attemptBatch(batch); err == nil {"},
		{postgresPostFile, "case retryable(err):", "case retryable(err), errors.Is(err, ErrUnknown):"},
		{postgresPostFile, "import (\n", "import (\n\t\"github.com/google/uuid\"\n"},
	}},
	{"after an error the leader answers its followers with success", []sourceEdit{
		{postgresPostFile, "\t\t\tfor _, c := range batch {\n\t\t\t\tc.fail(err)", "\t\t\tfor _, c := range batch[:1] {\n\t\t\t\tc.fail(err)"},
	}},
	{"a batch whose commit is refused is answered", []sourceEdit{
		{postgresPostFile, "return tx.Commit()", "_ = tx.Commit()\n\treturn nil"},
	}},
	{"accounts are not locked, and the guard of the sequence is dropped", []sourceEdit{
		{"internal/db/pgdb/post.sql.go", "ORDER BY account_number\nFOR UPDATE\n", "ORDER BY account_number\n"},
		{"schema/postgres/00002_batches.sql",
			"WHERE account_number = entry.account_number AND last_sequence = entry.sequence - 1\n              AND last_id IS NOT DISTINCT FROM entry.previous_id;",
			"WHERE account_number = entry.account_number;"},
		{"schema/postgres/00002_batches.sql", "\n          AND accounts.last_sequence = linked.first_sequence - 1\n" +
			"          AND accounts.last_id IS NOT DISTINCT FROM linked.first_previous\n", "\n"},
		// The author of this bug would have updated the list of what the migration creates. So this program accepts its own schema.
		{objectsFile, "if len(faults) == 0 {", "if true {"},
	}},
}

// TestCheckerSeesEveryClusterMutant is TestCheckerSeesEveryMutant for bugs that only PostgreSQL can have.
func TestCheckerSeesEveryClusterMutant(t *testing.T) {
	bankcoretest.Thorough(t)
	t.Parallel()
	server := pgtest.Start(t)
	functions := "" // of the program as it is, which comes first
	violations := func(t *testing.T, binary string, database int) []string {
		t.Helper()
		name := fmt.Sprint("bank", database)
		server.Exec(t, "postgres", "CREATE DATABASE "+name+" OWNER "+pgtest.Owner)
		proxy := nettest.NewProxy(t, server.Address())
		url := server.URL(name)
		c := newClusterOf(t, binary, strings.Replace(url, server.Address(), proxy.Address(), 1), url)
		for i := range 4 {
			c.loseReply(proxy, i)
		}
		c.during(func() {
			for range 20 {
				c.await(0, 1)
			}
		})
		if functions == "" {
			functions = server.Query(t, name, `SELECT string_agg(pg_get_functiondef(oid), ';') FROM pg_proc
				WHERE pronamespace = 'public'::regnamespace`)
		}
		injectErrors(t, server, name)
		c.during(func() {
			for range 40 {
				c.await(0, 1)
			}
		})
		server.Exec(t, name, "DROP FUNCTION fail CASCADE")
		// With a bug in a function the database would not open, but the checker is to judge its entries.
		server.Exec(t, name, functions)
		return c.verdict().Violations
	}
	clean, err := bankcoretest.Quick()
	require.NoError(t, err)
	require.Empty(t, violations(t, clean, len(clusterMutants)), "the program as it is")
	for i, m := range clusterMutants {
		found := violations(t, m.build(t, fmt.Sprintf("cluster-mutant-%d", i)), i)
		require.NotEmpty(t, found, "the checker does not see: %s", m.name)
		t.Logf("%s: %d violations, such as: %s", m.name, len(found), found[0])
	}
	checker.Report(t, "mutants of several servers: seeded %d, seen %d; clean programs 1, accused 0", len(clusterMutants), len(clusterMutants))
}
