package server_test

import (
	"encoding/csv"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/testkit/storetest"
)

// monthly reads a month's CSV into rows by column.
func (w *world) monthly(account, month string, as ...requestOption) []map[string]string {
	w.t.Helper()
	a := w.call("GET", "/accounts/"+account+"/statement?month="+month, append(as, header("Accept", "text/csv"))...)
	require.Equal(w.t, 200, a.status, a.text())
	require.Equal(w.t, fmt.Sprintf(`attachment; filename="statement-%s-%s.csv"`, account, month), a.header.Get("Content-Disposition"))
	lines, err := csv.NewReader(strings.NewReader(a.text())).ReadAll()
	require.NoError(w.t, err)
	var rows []map[string]string
	for _, line := range lines[1:] {
		row := map[string]string{}
		for i, column := range lines[0] {
			row[column] = line[i]
		}
		rows = append(rows, row)
	}
	return rows
}

// move deposits or withdraws; every amount is in cents.
func (s *stage) move(operation string, amount int64, description string) {
	s.t.Helper()
	a := s.call("POST", "/accounts/"+s.ada.number+"/"+operation, bearer(s.session.AccessToken),
		body(map[string]any{"amount": amount, "description": description}))
	require.Equal(s.t, 201, a.status, a.text())
}

// later lets time pass, also beyond the end of sessions.
func (s *stage) later(to time.Time) {
	s.t.Helper()
	s.clock.pass(to.Sub(s.clock.Now()))
	s.session = s.login(s.ada)
}

func TestStatementsFollowEachOther(t *testing.T) {
	t.Parallel()
	s := newStage(newWorld(t)) // opened in November with 1,000.00
	s.move("deposit", 25_050, "Salary")
	s.later(time.Date(2026, 11, 30, 23, 59, 59, 999_999_000, time.UTC))
	s.move("withdraw", 99, "The last of November")
	s.later(time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC))
	s.move("withdraw", 100, "The first of December")
	s.later(time.Date(2027, 2, 3, 0, 0, 0, 0, time.UTC))
	as := bearer(s.session.AccessToken)

	opening := int64(0)
	for _, want := range []struct {
		month        string
		entries      int
		moved, close string
	}{
		{"2026-10", 0, "", ""}, // before the account was opened
		{"2026-11", 3, "1249.51", "1249.51"},
		{"2026-12", 1, "-1.00", "1248.51"},
		{"2027-01", 0, "", ""},
		{"2027-02", 0, "", ""}, // under way
	} {
		rows := s.monthly(s.ada.number, want.month, as)
		require.Len(t, rows, want.entries, want.month)
		if want.entries == 0 {
			continue
		}
		moved := int64(0)
		for _, row := range rows {
			moved += cents(t, row["amount"])
			require.Equal(t, want.month, row["date"][:7])
			require.Equal(t, map[bool]string{true: "out", false: "in"}[cents(t, row["amount"]) < 0], row["direction"])
		}
		require.Equal(t, cents(t, want.moved), moved, "the amounts can be summed")
		require.Equal(t, opening, cents(t, rows[0]["balance"])-cents(t, rows[0]["amount"]), "the opening balance, as the contract computes it")
		require.Equal(t, want.close, rows[len(rows)-1]["balance"])
		opening += moved
	}
	require.Equal(t, opening, s.balance(s.ada.number), "the last statement ends with the account's balance")
	rows := s.monthly(s.ada.number, "2026-12", adminKey(testAdminKey))
	require.Equal(t, "The first of December", rows[0]["description"])
	require.Equal(t, newestHash(s), rows[0]["hash"])
}

func cents(t *testing.T, decimal string) int64 {
	t.Helper()
	n, err := strconv.ParseInt(strings.Replace(decimal, ".", "", 1), 10, 64)
	require.NoError(t, err)
	return n
}

func newestHash(s *stage) any {
	a := s.call("GET", "/accounts/"+s.ada.number+"/transactions?limit=1", adminKey(testAdminKey))
	return a.field("data").([]any)[0].(map[string]any)["hash"]
}

func TestStatementsHoldNoFormulas(t *testing.T) {
	t.Parallel()
	s := newStage(newWorld(t))
	for text, want := range map[string]string{
		`=HYPERLINK("http://203.0.113.1","x")`: `'=HYPERLINK("http://203.0.113.1","x")`,
		"+1":                                   "'+1", "-2": "'-2", "@SUM(A1)": "'@SUM(A1)", " =1+1": "' =1+1", "＝1": "'＝1",
		"\u200e=1": "'\u200e=1", "a;=1": "a;'=1", "a|@b; -2": "a|'@b;' -2", ";=1": ";'=1", "a; b=1": "a; b=1",
		"Rent, \"Nov\"": "Rent, \"Nov\"", "1-2": "1-2", "": "",
	} {
		s.move("deposit", 1, text)
		rows := s.monthly(s.ada.number, "2026-11", bearer(s.session.AccessToken))
		require.Equal(t, want, rows[len(rows)-1]["description"])
	}
}

func TestCurrenciesHaveTheirOwnDecimals(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for currency, want := range map[string]string{"JPY": "100005", "USD": "1000.05", "KWD": "100.005"} {
		a := w.call("POST", "/accounts", body(map[string]any{
			"account_holder_name": "Bob", "pin": "730164", "currency": currency, "initial_deposit": 100_005,
		}))
		rows := w.monthly(a.field("account_number").(string), "2026-11", adminKey(testAdminKey))
		require.Equal(t, want, rows[0]["amount"], currency)
	}
}

const csvType = "text/csv; charset=utf-8"

// A spreadsheet recognizes UTF-8 by the mark; other programs would read it as part of the first heading.
func TestStatementsBeginWithAByteOrderMarkWhenAskedTo(t *testing.T) {
	t.Parallel()
	s := newStage(newWorld(t))
	path := "/accounts/" + s.ada.number + "/statement?month=2026-11"
	as := bearer(s.session.AccessToken)
	plain := s.call("GET", path, as).text()
	require.True(t, strings.HasPrefix(plain, "date,"))
	require.Equal(t, plain, s.call("GET", path+"&bom=false", as).text())
	require.Equal(t, "\xef\xbb\xbf"+plain, s.call("GET", path+"&bom=true", as).text())
	require.Equal(t, 400, s.call("GET", path+"&bom=perhaps", as).status)
	require.True(t, strings.HasPrefix(s.call("GET", path+"&bom=true", as, header("Accept", "application/pdf")).text(), "%PDF-"))
}

func TestStatementsComeInTheFormThatIsAskedFor(t *testing.T) {
	t.Parallel()
	s := newStage(newWorld(t))
	path := "/accounts/" + s.ada.number + "/statement?month=2026-11"
	as := bearer(s.session.AccessToken)
	require.Equal(t, csvType, s.call("GET", path, as).header.Get("Content-Type"))
	for accept, want := range map[string]string{
		"*/*": csvType, "text/*": csvType, "text/csv": csvType, "text/csv; charset=utf-8": csvType, "application/pdf": "application/pdf",
		"application/*": "application/pdf", "text/csv;q=0.5, application/pdf": "application/pdf",
		"text/csv, application/pdf;q=0.9": csvType, "application/pdf, */*;q=0.1": "application/pdf",
		"text/csv;q=0, */*": "application/pdf", "text/html, application/json": "", "text/csv;q=0": "", "nonsense": "",
	} {
		a := s.call("GET", path, as, header("Accept", accept))
		if want == "" {
			require.Equal(t, 406, a.status, accept)
			continue
		}
		require.Equal(t, 200, a.status, accept)
		require.Equal(t, want, a.header.Get("Content-Type"), accept)
	}
}

// A PDF statement has the same bytes each time it is requested at the same moment.
func TestStatementsOnPaper(t *testing.T) {
	t.Parallel()
	storetest.OneEngine(t)
	s := newStage(newWorld(t))
	s.move("withdraw", 1, "Miete für März, аренда, ενοίκιο, 家賃, "+strings.Repeat("long ", 20))
	for range 120 {
		s.move("deposit", 123_456_789, "=1+1")
	}
	paper := func() *answer {
		a := s.call("GET", "/accounts/"+s.ada.number+"/statement?month=2026-11", header("Accept", "application/pdf"), adminKey(testAdminKey))
		require.Equal(t, 200, a.status, a.text())
		return a
	}
	first := paper()
	require.True(t, strings.HasPrefix(first.text(), "%PDF-"))
	require.True(t, strings.HasSuffix(strings.TrimSpace(first.text()), "%%EOF"))
	require.Equal(t, first.body, paper().body)
	require.Less(t, len(first.body), 100_000)
}

// A history that was changed behind the bank's back is not issued as a statement.
func TestStatementsAreProved(t *testing.T) {
	t.Parallel()
	s := newStage(newWorld(t))
	s.move("deposit", 500, "Salary")
	s.move("withdraw", 200, "Coffee")
	storetest.Loosen(t, storetest.Raw(t, s.database))
	behindTheServer(s.world, "UPDATE transactions SET description = 'Tea' WHERE sequence = 3")
	a := s.call("GET", "/accounts/"+s.ada.number+"/statement?month=2026-11", adminKey(testAdminKey))
	require.Equal(t, 500, a.status, a.text())
	checkProblem(s.world, a)
	require.Contains(t, s.logs.String(), "entry 3 does not follow")
}
