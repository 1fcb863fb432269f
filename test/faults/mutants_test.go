package faults

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/testkit/bankcoretest"
	"github.com/bankingcore/bankcore/internal/testkit/checker"
)

// sourceEdit is a change to one place in the source: old must occur exactly once.
type sourceEdit struct{ file, old, new string }

// mutant is a bug that a programmer could write, and that the checker must see from outside.
type mutant struct {
	name  string
	edits []sourceEdit
}

const (
	groupFile        = "internal/store/sqlite_group.go"
	postgresPostFile = "internal/store/postgres_post.go"
	sqliteFile       = "internal/store/sqlite.go"
	storeErrorsFile  = "internal/store/errors.go"
	transactionsFile = "internal/bank/transactions.go"
	batchFile        = "internal/ledger/batch.go"
	accountsFile     = "internal/bank/accounts.go"
	moneyFile        = "internal/ledger/money.go"
	postingFile      = "internal/ledger/posting.go"
	postFile         = "internal/store/post.go"
	pipelineFile     = "internal/store/postgres_pipeline.go"
	historyFile      = "schema/sqlite/00008_entry_facts.sql"
	objectsFile      = "internal/store/objects.go"
)

var mutants = []mutant{
	{"the guard of the funds is dropped, and the database's check is what is left", []sourceEdit{
		{moneyFile, "if amount < 0 || amount > m {", "if amount < 0 {"},
		{postingFile, "p.Amount > account.Available()", "false"},
	}},
	{"an overdraft empties the account instead", []sourceEdit{
		{moneyFile, "if amount < 0 || amount > m {", "if amount > m {\n\t\treturn 0, nil\n\t}\n\tif amount < 0 {"},
		{postingFile, "p.Amount > account.Available()", "false"},
	}},
	{"the key is looked up after the posting, which is not undone", []sourceEdit{
		{batchFile, "\t\t\treturn b.repeat(o, earlier)", "\t\t\t_, _ = b.post(o.Postings[0])\n\t\t\treturn b.repeat(o, earlier)"},
		{batchFile, "if !kept {", "if false {"},
	}},
	{"a refused order takes its neighbours with it", []sourceEdit{
		{batchFile, "b.Entries, b.Claimed = b.Entries[:l.entries], b.Claimed[:l.claimed]", "b.Entries, b.Claimed = b.Entries[:0], b.Claimed[:0]"},
	}},
	{"a batch is answered before its commit", []sourceEdit{
		{groupFile, "\tif err := w.exec(commit); err != nil {",
			"\tfor _, member := range w.group {\n\t\tclose(member.done)\n\t}\n\tif err := w.exec(commit); err != nil {"},
		{groupFile, "\t\t\t\tclose(member.done)\n",
			"\t\t\t\tselect {\n\t\t\t\tcase <-member.done:\n\t\t\t\tdefault:\n\t\t\t\t\tclose(member.done)\n\t\t\t\t}\n"},
	}},
	{"a group of more than one is not committed", []sourceEdit{
		{groupFile, "if !changed {", "if !changed || len(w.group) > 1 {"},
	}},
	{"every request of a group gets the answer of the first", []sourceEdit{
		{groupFile, "\t\t\t\tclose(member.done)\n",
			"\t\t\t\tmember.outcome, member.err = w.group[0].outcome, w.group[0].err\n\t\t\t\tclose(member.done)\n"},
	}},
	{"a batch is carried out again, with new ids, although it succeeded", []sourceEdit{
		{groupFile, "if failure == nil || err != nil {", "if failure == nil && len(w.orders) == 1 || err != nil {"},
		{groupFile, "\tfor i, p := range w.orders {\n", "\tfor i, p := range w.orders {\n\t\tp.Key = ledger.Key{}\n\t\tfor j := range p.Postings {\n" +
			"\t\t\teach := &p.Postings[j]\n\t\t\tfor _, id := range []*uuid.UUID{&each.ID, &each.ToID, &each.Transfer} {\n\t\t\t\t*id = uuid.New()\n\t\t\t}\n\t\t}\n"},
		{groupFile, "\t\"runtime/debug\"\n", "\t\"runtime/debug\"\n\n\t\"github.com/google/uuid\"\n"},
	}},
	{"the idempotency key is not written", []sourceEdit{
		{batchFile, "if kept = !o.Trial; kept && keyed {", "if kept = !o.Trial; false {"},
	}},
	{"the fingerprint is not compared", []sourceEdit{
		{batchFile, "if !o.Key.Matches(earlier.Fingerprint) {", "if false {"},
	}},
	{"a replay posts again", []sourceEdit{
		{batchFile, "if earlier, taken := b.Claims[o.Key.KeyName]; taken {\n\t\t\treturn b.repeat(o, earlier)",
			"if _, taken := b.Claims[o.Key.KeyName]; taken {\n\t\t\tkeyed = false"},
	}},
	{"a refused request keeps its key", []sourceEdit{
		{batchFile, "\t\t\treturn Outcome{}, err\n\t\t}\n\t}\n\tif !o.Each", "\t\t\tif kept = keyed; keyed {\n\t\t\t\tb.Claims[o.Key.KeyName] = o.Key.Claim\n" +
			"\t\t\t\tb.Claimed = append(b.Claimed, o.Key.KeyName)\n\t\t\t}\n\t\t\treturn Outcome{}, err\n\t\t}\n\t}\n\tif !o.Each"},
	}},
	{"a key is claimed twice in a batch", []sourceEdit{
		{batchFile, "\t\tb.Claimed = append(b.Claimed, o.Key.KeyName)\n",
			"\t\tif !slices.Contains(b.Claimed, o.Key.KeyName) {\n\t\t\tb.Claimed = append(b.Claimed, o.Key.KeyName)\n\t\t}\n"},
		{batchFile, "[o.Key.KeyName]; taken {", "[o.Key.KeyName]; taken && !slices.Contains(b.Claimed, o.Key.KeyName) {"},
		{batchFile, "\t\"errors\"\n", "\t\"errors\"\n\t\"slices\"\n"},
	}},
	{"a neighbour's refusal leaks", []sourceEdit{
		{postFile, "\t\tp.outcome, p.err = b.decideOne(p)\n", "\t\tif p.outcome, p.err = b.decideOne(p); p.err == nil && i > 0 {\n\t\t\tp.err = b.postings[i-1].err\n\t\t}\n"},
		{postFile, "for _, p := range b.postings {", "for i, p := range b.postings {"},
	}},
	{"the recipient's leg is dropped", []sourceEdit{
		{postingFile, "return []Entry{out, in}, nil", "return append([]Entry{out}, in)[:1], nil"},
	}},
	{"the recipient's leg goes to the sender", []sourceEdit{
		{postingFile, "\tin, err := p.entry(recipient, leg{p.ToID, arriving, at, p.Transfer, p.Account, p.ToReverses})",
			"\tin, err := p.entry(out.State(), leg{p.ToID, arriving, at, p.Transfer, p.To, p.ToReverses})"},
	}},
	{"the recipient gets a unit more", []sourceEdit{
		{postingFile, "\tin, err := p.entry(recipient,", "\trecipient.Balance++\n\tin, err := p.entry(recipient,"},
	}},
	{"two postings of one account in one batch read the same balance", []sourceEdit{
		{batchFile, "\t\tb.Accounts[e.Account] = after\n", "\t\tafter.Balance = before.Balance\n\t\tb.Accounts[e.Account] = after\n"},
	}},
	{"the guard of the sequence is dropped, and one is skipped", []sourceEdit{
		{postingFile, "account.Sequence + 1,\n", "account.Sequence + 1 + min(account.Sequence/4, 1),\n"},
		{historyFile, "AND last_sequence = NEW.sequence - 1 ", ""},
	}},
	{"the previous hash is left out", []sourceEdit{
		{postingFile, "e.ChainHash(account.Hash)", "e.ChainHash(Hash{})"},
	}},
	{"the time goes back with the clock", []sourceEdit{
		{transactionsFile, "b.identify(&p, b.now())", "b.identify(&p, b.now().Add(-time.Duration(time.Now().Nanosecond())))"},
		{postingFile, "if other.After(t) {", "if false {"},
	}},
	{"a balance is read from a cache", []sourceEdit{
		{accountsFile, "\taccount, err := store.Read(ctx, b.store, func(",
			"\tif kept, ok := cache.Load(number); ok {\n\t\treturn kept.(Account), nil\n\t}\n\taccount, err := store.Read(ctx, b.store, func("},
		{accountsFile, "\treturn account.at(b.now()), err\n", "\tcache.Store(number, account)\n\treturn account, err\n"},
		{accountsFile, "import (\n", "import (\n\t\"sync\"\n"},
		{accountsFile, "func accountOf(", "var cache sync.Map\n\nfunc accountOf("},
	}},
}

// equivalent is a change that breaks no promise: the checker must not report it.
var equivalent = mutant{"the clock jitters, and the guard of the times holds", []sourceEdit{
	{transactionsFile, "b.identify(&p, b.now())", "b.identify(&p, b.now().Add(-time.Duration(time.Now().Nanosecond())))"},
}}

// source returns the files with the bug in them.
func (m *mutant) source(t *testing.T) (changed map[string]string) {
	t.Helper()
	root, err := filepath.Abs(bankcoretest.Root)
	require.NoError(t, err)
	changed = map[string]string{}
	for _, e := range m.edits {
		file := filepath.Join(root, e.file)
		if changed[file] == "" {
			text, err := os.ReadFile(file)
			require.NoError(t, err)
			changed[file] = string(text)
		}
		require.Equal(t, 1, strings.Count(changed[file], e.old), "%s: %q must be in %s once", m.name, e.old, e.file)
		changed[file] = strings.Replace(changed[file], e.old, e.new, 1)
	}
	return changed
}

// build builds the program with the bug in it, and leaves the source as it is.
func (m *mutant) build(t *testing.T, name string) string {
	t.Helper()
	folder, changed := t.TempDir(), m.source(t)
	replace := map[string]string{}
	for file, text := range changed {
		replace[file] = filepath.Join(folder, filepath.Base(file))
		require.NoError(t, os.WriteFile(replace[file], []byte(text), 0o600))
	}
	overlay, err := json.Marshal(map[string]any{"Replace": replace})
	require.NoError(t, err)
	path := filepath.Join(folder, "overlay.json")
	require.NoError(t, os.WriteFile(path, overlay, 0o600))
	binary, err := bankcoretest.Build(name, "-ldflags=-s -w", "-overlay="+path)
	require.NoError(t, err, m.name)
	t.Cleanup(func() { _ = os.Remove(binary) }) // they are large
	return binary
}

// mutantRounds is how often the load is repeated at most: some bugs appear only if several tellers share a commit.
const mutantRounds = 4

// violations puts a binary under a short load, kills it in the middle, lets the customers repeat their requests, and returns what
// the checker finds. It repeats that until the checker finds something.
func violations(t *testing.T, binary string) []string {
	t.Helper()
	tr := newTrial(t, binary, filepath.Join(t.TempDir(), "bank.db"))
	return tr.untilAccused(func() {
		tr.load(trialTellers, 30).Run(context.Background())
		tr.during(20, func(context.CancelFunc) { tr.kill() })
		tr.serve()
		tr.load(1, 0).Repeat(context.Background(), trialTellers)
	})
}

// untilAccused repeats a load until the checker finds something in what it has left, and returns that. Then it kills the server.
func (tr *trial) untilAccused(load func()) []string {
	tr.t.Helper()
	for round := 1; ; round++ {
		load()
		found := tr.read().verdict().Violations
		if len(found) > 0 || round == mutantRounds {
			tr.kill()
			return found
		}
	}
}

// read opens a copy of the database with the right triggers in it. With a bug in a trigger the copy would not open, but the
// checker is to judge its entries.
func (tr *trial) read() *trial {
	tr.t.Helper()
	clean := filepath.Join(tr.t.TempDir(), "clean.db")
	require.Zero(tr.t, bankcoretest.Command(tr.t, []string{"DATABASE_URL=sqlite:" + clean}, "", "migrate").Code)
	copied := *tr
	copied.database = filepath.Join(tr.t.TempDir(), "copy.db")
	bankcoretest.Edit(tr.t, tr.database, "VACUUM INTO '"+copied.database+"'")
	bankcoretest.Edit(tr.t, copied.database,
		bankcoretest.Ask(tr.t, copied.database, `SELECT group_concat('DROP TRIGGER ' || name, '; ') FROM sqlite_schema WHERE type = 'trigger'`),
		bankcoretest.Ask(tr.t, clean, `SELECT group_concat(sql, '; ') FROM sqlite_schema WHERE type = 'trigger'`))
	return &copied
}

// TestMutantsFitTheSource: each place that a mutant changes is still there, once.
func TestMutantsFitTheSource(t *testing.T) {
	t.Parallel()
	for _, m := range slices.Concat(mutants, []mutant{equivalent}, ruleMutants, reversalMutants, holdMutants, orderMutants, clusterMutants) {
		require.NotEmpty(t, m.source(t), m.name)
	}
}

// TestCheckerSeesEveryMutant: the checker is of use only if it finds the bugs that a bank of this kind can have.
func TestCheckerSeesEveryMutant(t *testing.T) {
	bankcoretest.Thorough(t)
	t.Parallel()
	require.Empty(t, violations(t, equivalent.build(t, "equivalent")), equivalent.name)
	requireSeen(t, "the ledger", mutants, violations)
}

// requireSeen checks that the checker accuses each program with a seeded bug, and not the program as it is. The bugs are of one part of the
// bank, which violations puts to the test.
func requireSeen(t *testing.T, part string, seeded []mutant, violations func(t *testing.T, binary string) []string) {
	t.Helper()
	bankcoretest.Thorough(t)
	clean, err := bankcoretest.Quick()
	require.NoError(t, err)
	require.Empty(t, violations(t, clean), "the program as it is")
	var seen atomic.Int64
	t.Cleanup(func() {
		if !t.Failed() {
			checker.Report(t, "mutants of %s: seeded %d, seen %d; clean programs 1, accused 0", part, len(seeded), seen.Load())
		}
	})
	all := t.Name()
	for i, m := range seeded {
		t.Run(m.name, func(t *testing.T) {
			t.Parallel()
			found := violations(t, m.build(t, fmt.Sprintf("%s-%d", all, i)))
			require.NotEmpty(t, found, "the checker does not see it")
			t.Logf("%d violations, such as: %s", len(found), found[0])
			seen.Add(1)
		})
	}
}
