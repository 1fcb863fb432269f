package main

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/testkit/bankcoretest"
	"github.com/bankingcore/bankcore/internal/testkit/pgtest"
	"github.com/bankingcore/bankcore/schema"
)

// A kept bank is a database that a version of the schema made, on both engines, with what its customers know of it. It stays as it is
// when a migration is added, and every later program must bring it up to its own version. "-run TestKeptBanks -update" makes the one of
// the newest version; the others can no longer be made.
type keptBank struct {
	Balances map[string]int64  // by account number
	Locked   string            // this account's sign-in is locked
	Secret   map[string]string // of the authenticator app, by account number
	Requests []keptRequest     // in the order in which they were sent
	Verified string            // what verify says
}

// keptRequest is a request under an idempotency key, and its answer.
type keptRequest struct {
	As     string `json:",omitempty"` // the account that is signed in
	Path   string
	Key    string
	Body   map[string]any
	Answer string
}

// The names of a kept bank's files, by the version of its schema.
const (
	keptFacts    = "testdata/banks/%s.json"
	keptSQLite   = "testdata/banks/%s.db.gz"
	keptPostgres = "testdata/banks/%s.sql"
)

// TestKeptBanks migrates each kept bank, verifies it, and finds in it what its customers left there.
func TestKeptBanks(t *testing.T) {
	t.Parallel()
	if *update {
		keepBank(t)
	}
	kept, err := filepath.Glob(fmt.Sprintf(keptFacts, "*"))
	require.NoError(t, err)
	require.FileExists(t, fmt.Sprintf(keptFacts, newestVersion(t)), "make it: -run TestKeptBanks -update")
	for _, path := range kept {
		version := regexp.MustCompile(`\d+`).FindString(filepath.Base(path))
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		var bank keptBank
		require.NoError(t, json.Unmarshal(text, &bank))
		t.Run(version+" on SQLite", func(t *testing.T) {
			t.Parallel()
			file := filepath.Join(t.TempDir(), "bank.db")
			unpack(t, fmt.Sprintf(keptSQLite, version), file)
			bankcoretest.Edit(t, file, freshKeys())
			bank.requireUpgraded(t, "sqlite:"+file)
		})
		t.Run(version+" on PostgreSQL", func(t *testing.T) {
			t.Parallel()
			dump, err := os.ReadFile(fmt.Sprintf(keptPostgres, version))
			require.NoError(t, err)
			url := pgtest.URL(t)
			editPostgres(t, url, string(dump))
			editPostgres(t, url, freshKeys())
			bank.requireUpgraded(t, url)
		})
	}
}

// freshKeys makes idempotency keys as old as if the requests had just been sent: a server forgets them after a day.
func freshKeys() string {
	return fmt.Sprintf("UPDATE idempotency_keys SET created_at = %d", time.Now().UnixMicro())
}

func (b *keptBank) requireUpgraded(t *testing.T, url string) {
	t.Helper()
	environ := append(slices.Concat(bankcoretest.Unlimited, bankcoretest.SharedSecrets), "DATABASE_URL="+url)
	o := command(t, environ, "", "migrate")
	require.Equal(t, 0, o.Code, o.Err)
	verified := command(t, environ, "", "verify").Stdout
	for line := range strings.Lines(b.Verified) { // later versions say more
		require.Contains(t, verified, line)
	}

	p := bankcoretest.Serve(t, t.TempDir(), environ)
	authorized := map[string][]string{"": nil}
	for number, balance := range b.Balances {
		if number == b.Locked {
			require.Equal(t, "account_locked", p.Login(number, bankcoretest.PIN).Field(t, "code"))
			continue
		}
		authorized[number] = b.signIn(t, p, number)
		r := p.Call("GET", "/accounts/"+number, nil, authorized[number]...)
		require.InDelta(t, balance, r.Field(t, "balance"), 0, r.Body)
		require.Contains(t, p.Call("GET", "/accounts", nil, authorized[number]...).Body, `"account_number":"`+number+`"`)
	}
	for _, request := range b.Requests {
		r := p.Call("POST", request.Path, request.Body, append([]string{"Idempotency-Key", request.Key}, authorized[request.As]...)...)
		require.Equal(t, 201, r.Status, r.Body)
		require.Equal(t, "true", r.Header.Get("Idempotent-Replayed"), request.Path)
		var before, now map[string]any // which can have more members
		require.NoError(t, json.Unmarshal([]byte(request.Answer), &before))
		require.NoError(t, json.Unmarshal([]byte(r.Body), &now))
		for member, value := range before {
			require.Equal(t, value, now[member], "%s: %s", request.Path, member)
		}
	}
	sender := b.Requests[0].As
	for number := range b.Balances { // and money still moves
		if number != sender && number != b.Locked {
			r := p.Call("POST", "/accounts/"+sender+"/transfer", map[string]any{"to_account": number, "amount": 1}, authorized[sender]...)
			require.Equal(t, 201, r.Status, r.Body)
		}
	}
	p.Stop()
	require.Contains(t, command(t, environ, "", "verify").Stdout, "the ledger and the audit trail hold")
}

// signIn signs in to an account, with a code if it has a second factor.
func (b *keptBank) signIn(t *testing.T, p *bankcoretest.Process, number string) []string {
	t.Helper()
	secret, protected := b.Secret[number]
	if !protected {
		return p.Authorization(number, bankcoretest.PIN)
	}
	require.Equal(t, "second_factor_required", p.Login(number, bankcoretest.PIN).Field(t, "code"))
	r := loginWithCode(p, number, bankcoretest.PIN, bankcoretest.AppCode(t, secret, 1))
	require.Equal(t, 200, r.Status, r.Body)
	return []string{"Authorization", "Bearer " + r.Field(t, "access_token").(string)}
}

// keepBank lives a day in a new bank, copies it to PostgreSQL, and keeps both databases.
func keepBank(t *testing.T) {
	t.Helper()
	environ, path := database(t)
	environ = append(slices.Concat(bankcoretest.Unlimited, bankcoretest.SharedSecrets), environ...)
	p := bankcoretest.Serve(t, t.TempDir(), environ)
	bank := keptBank{Balances: map[string]int64{}, Secret: map[string]string{}}
	ada, grace, alan := p.Open(bankcoretest.PIN, 1000), p.Open(bankcoretest.PIN, 0), p.Open(bankcoretest.PIN, 70)
	as := map[string][]string{"": nil, ada: p.Authorization(ada, bankcoretest.PIN), grace: p.Authorization(grace, bankcoretest.PIN)}
	for i, request := range []keptRequest{
		{As: ada, Path: "/accounts/" + ada + "/transfer", Body: map[string]any{"to_account": grace, "amount": 300, "description": "Rent"}},
		{As: grace, Path: "/accounts/" + grace + "/transfer", Body: map[string]any{"to_account": ada, "amount": 40}},
		{As: ada, Path: "/accounts/" + ada + "/deposit", Body: map[string]any{"amount": 25, "description": "Cash"}},
		{As: grace, Path: "/accounts/" + grace + "/withdraw", Body: map[string]any{"amount": 60}},
		{As: ada, Path: "/accounts/" + ada + "/transfer", Body: map[string]any{"to_account": grace, "amount": 10, "reference": "2026-11/0001"}},
		{As: ada, Path: "/accounts/" + ada + "/transfers", Body: map[string]any{"mode": "each", "items": []map[string]any{
			{"to_account": grace, "amount": 5, "reference": "2026-11/0002"}, {"to_account": grace, "amount": 1, "reference": "2026-11/0001"},
		}}},
		{Path: "/accounts", Body: map[string]any{"account_holder_name": "Emmy Noether", "pin": bankcoretest.PIN, "initial_deposit": 5, "currency": "USD"}},
		{As: ada, Path: "/accounts", Body: map[string]any{"nickname": "Holidays", "initial_deposit": 5, "currency": "USD"}},
	} {
		request.Key = fmt.Sprintf("kept-key-%d", i+1)
		r := p.Call("POST", request.Path, request.Body, append([]string{"Idempotency-Key", request.Key}, as[request.As]...)...)
		require.Equal(t, 201, r.Status, r.Body)
		request.Answer = r.Body
		bank.Requests = append(bank.Requests, request)
		if request.Path == "/accounts" {
			bank.Balances[r.Field(t, "account_number").(string)] = 5
		}
	}
	bank.Balances[ada], bank.Balances[grace], bank.Balances[alan] = 750, 215, 70

	protect := func(path string, body map[string]any) bankcoretest.Reply {
		r := p.Call("POST", "/accounts/"+grace+"/second-factor"+path, body, as[grace]...)
		require.Equal(t, 200, r.Status, r.Body)
		return r
	}
	bank.Secret[grace] = protect("", map[string]any{"pin": bankcoretest.PIN}).Field(t, "secret").(string)
	protect("/confirm", map[string]any{"code": bankcoretest.AppCode(t, bank.Secret[grace], 0)})
	bank.Locked = alan
	for range 3 {
		require.Equal(t, 401, p.Login(alan, "999998").Status)
	}
	p.Stop()
	bank.Verified = command(t, environ, "", "verify").Stdout

	url := pgtest.URL(t)
	o := command(t, []string{"DATABASE_URL=" + url}, "", "copy", "--from", "sqlite:"+path)
	require.Equal(t, 0, o.Code, o.Err)
	version := newestVersion(t)
	facts, err := json.MarshalIndent(bank, "", "  ")
	require.NoError(t, err)
	for name, content := range map[string][]byte{keptFacts: append(facts, '\n'), keptSQLite: pack(t, path), keptPostgres: dump(t, url)} {
		require.NoError(t, os.WriteFile(fmt.Sprintf(name, version), content, 0o600))
	}
}

// newestVersion returns the number of the last migration, as in its file's name.
func newestVersion(t *testing.T) string {
	t.Helper()
	files, err := schema.Files.ReadDir("sqlite")
	require.NoError(t, err)
	return files[len(files)-1].Name()[:5]
}

func pack(t *testing.T, path string) []byte {
	t.Helper()
	content, err := os.ReadFile(path)
	require.NoError(t, err)
	var packed bytes.Buffer
	writer := gzip.NewWriter(&packed)
	_, err = writer.Write(content)
	require.NoError(t, err)
	require.NoError(t, writer.Close())
	return packed.Bytes()
}

func unpack(t *testing.T, from, to string) {
	t.Helper()
	packed, err := os.Open(from)
	require.NoError(t, err)
	defer func() { _ = packed.Close() }()
	reader, err := gzip.NewReader(packed)
	require.NoError(t, err)
	content, err := io.ReadAll(reader)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(to, content, 0o600))
}

// dump returns a database as SQL that any client can run: pg_dump also writes commands for psql.
func dump(t *testing.T, url string) []byte {
	t.Helper()
	programs, err := filepath.Glob("/usr/lib/postgresql/*/bin/pg_dump")
	require.NoError(t, err)
	program := append(programs, "pg_dump")[0] // the oldest: older servers do not know every setting that newer dumps begin with
	text, err := exec.Command(program, "--inserts", "--no-owner", "--no-privileges", url).Output()
	require.NoError(t, err)
	return regexp.MustCompile(`(?m)^\\.*\n`).ReplaceAll(text, nil)
}
