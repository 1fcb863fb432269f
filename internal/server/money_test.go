package server_test

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/testkit/storetest"
)

// entry is one transaction as a client reads it.
type entry struct {
	ID           string
	Account      string `json:"account_number"`
	Sequence     int64
	Type         string `json:"transaction_type"`
	Amount       int64
	Currency     string
	BalanceAfter int64 `json:"balance_after"`
	Timestamp    string
	Description  string
	Transfer     string `json:"transfer_id"`
	Counterparty string `json:"counterparty_account"`
	Via          string
	Hash         string
}

// change is what the entry adds to its account's balance.
func (e *entry) change() int64 {
	if e.Type == "withdrawal" || e.Type == "transfer_out" {
		return -e.Amount
	}
	return e.Amount
}

// history reads all entries of an account, newest first.
func (w *world) history(number string) []entry {
	w.t.Helper()
	var all []entry
	for cursor := ""; ; {
		a := w.call("GET", "/accounts/"+number+"/transactions?limit=200"+cursor, adminKey(testAdminKey))
		require.Equal(w.t, 200, a.status, a.text())
		var page struct {
			Data []entry
			Next *string `json:"next_cursor"`
		}
		a.decode(&page)
		all = append(all, page.Data...)
		if page.Next == nil {
			return all
		}
		cursor = "&cursor=" + *page.Next
	}
}

// books returns the state that a refused request must not change: each account's row, and the number of entries, idempotency keys
// and accounts.
func (w *world) books() string {
	w.t.Helper()
	return storetest.Text(w.t, w.database, `SELECT (SELECT COUNT(*) FROM transactions), (SELECT COUNT(*) FROM idempotency_keys)`) +
		storetest.Text(w.t, w.database, `SELECT account_number, balance, last_sequence, last_hash, last_timestamp FROM accounts ORDER BY account_number`)
}

// atOnce sends n requests at the same moment and returns the answers in the order of their numbers.
func (w *world) atOnce(n int, send func(i int) (*answer, error)) []*answer {
	w.t.Helper()
	answers, errs := make([]*answer, n), make([]error, n)
	gate := make(chan struct{})
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() {
			<-gate
			answers[i], errs[i] = send(i)
		})
	}
	close(gate)
	all.Wait()
	for _, err := range errs {
		require.NoError(w.t, err)
	}
	return answers
}

// post sends a movement of money, or the opening of an account.
func (w *world) post(path, content string, more ...requestOption) *answer {
	w.t.Helper()
	return w.call("POST", path, append([]requestOption{rawBody(content)}, more...)...)
}

func TestOf50WithdrawalsOfTheWholeBalanceExactlyOneWins(t *testing.T) {
	t.Parallel()
	storetest.Concurrent(t)
	w := newWorld(t)
	ada := w.open("482913", 100_000)
	session := w.login(ada)
	answers := w.atOnce(50, func(int) (*answer, error) {
		return w.try("POST", "/accounts/"+ada.number+"/withdraw", bearer(session.AccessToken), rawBody(`{"amount":100000}`))
	})
	outcomes := map[string]int{}
	for _, a := range answers {
		outcomes[fmt.Sprint(a.status, " ", a.code())]++
	}
	require.Equal(t, map[string]int{"201 ": 1, "422 insufficient_funds": 49}, outcomes)
	require.Zero(t, w.balance(ada.number))
	require.Len(t, w.history(ada.number), 2)
	w.verify()
}

func TestMoneyIsConservedByRandomConcurrentTransfers(t *testing.T) {
	t.Parallel()
	storetest.Concurrent(t)
	const workers, accounts, opened = 16, 4, 10_000
	each := 200
	if testing.Short() {
		each = 50
	}
	w := newWorld(t)
	w.client.Transport = &http.Transport{MaxIdleConnsPerHost: workers} // otherwise most requests open a new connection
	var customers []customer
	var sessions []tokens
	for range accounts {
		c := w.open("482913", opened)
		customers, sessions = append(customers, c), append(sessions, w.login(c))
	}
	moved := make([]int64, workers)
	w.atOnce(workers, func(worker int) (*answer, error) {
		random := rand.New(rand.NewPCG(7, uint64(worker)))
		for range each {
			from := random.IntN(accounts)
			to := (from + 1 + random.IntN(accounts-1)) % accounts
			a, err := w.try("POST", "/accounts/"+customers[from].number+"/transfer", bearer(sessions[from].AccessToken),
				body(map[string]any{"to_account": customers[to].number, "amount": 1 + random.IntN(opened/2)}))
			switch {
			case err != nil:
				return nil, err
			case a.status == 201:
				moved[worker]++
			case a.status != 422 || a.code() != "insufficient_funds":
				return nil, fmt.Errorf("%d %s", a.status, a.text())
			}
		}
		return nil, nil
	})
	total, transfers := int64(0), int64(0)
	for _, n := range moved {
		transfers += n
	}
	for _, c := range customers {
		sum, entries := int64(0), w.history(c.number)
		for i := len(entries) - 1; i >= 0; i-- {
			sum += entries[i].change()
			require.Equal(t, sum, entries[i].BalanceAfter)
			require.Equal(t, int64(len(entries)-i), entries[i].Sequence)
		}
		require.Equal(t, w.balance(c.number), sum)
		total += sum
	}
	require.Equal(t, int64(accounts*opened), total)
	require.Positive(t, transfers)
	require.Equal(t, accounts+2*transfers, w.verify().Entries)
}

// The smallest and the largest amount of one operation; beyond them, amounts are refused.
func TestAmountsAtTheirLimits(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada, bob := w.open("482913", 1_000_000_000_000), w.open("730164", 0)
	session := w.login(ada)
	for _, amount := range []string{"1", "1000000000000"} {
		for _, step := range []struct{ operation, more string }{
			{"deposit", ""}, {"withdraw", ""}, {"deposit", ""}, {"transfer", `,"to_account":"` + bob.number + `"`},
		} {
			a := w.post("/accounts/"+ada.number+"/"+step.operation, `{"amount":`+amount+step.more+`}`, bearer(session.AccessToken))
			require.Equal(t, 201, a.status, a.text())
			require.Contains(t, a.text(), `"amount":`+amount+`,`)
		}
	}
	require.Equal(t, int64(1_000_000_000_000), w.balance(ada.number))
	require.Equal(t, int64(1_000_000_000_001), w.balance(bob.number))
	for _, initial := range []string{"", `,"initial_deposit":0`} {
		a := w.post("/accounts", `{"account_holder_name":"Cy","pin":"482913"`+initial+`}`)
		require.Equal(t, 201, a.status, a.text())
		number := a.field("account_number").(string)
		require.Zero(t, w.balance(number))
		first := w.history(number)
		require.Len(t, first, 1)
		require.Equal(t, "account_opened", first[0].Type)
		require.Zero(t, first[0].Amount)
	}
	w.verify()
}

// mistyped returns a number with one wrong digit, which the check digit detects in any place.
func mistyped(number string, place int) string {
	wrong := []byte(number)
	wrong[place] = '0' + (wrong[place]-'0'+1)%10
	return string(wrong)
}

func fullWidth(number string) string {
	return strings.Map(func(digit rune) rune { return digit - '0' + '０' }, number)
}

func TestRefusedTransfersChangeNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada, bob := w.open("482913", 100_000), w.open("730164", 500)
	euro := w.post("/accounts", `{"account_holder_name":"Eva","pin":"853107","initial_deposit":700,"currency":"EUR"}`)
	require.Equal(t, 201, euro.status, euro.text())
	session := w.login(ada)
	type refusal struct {
		name, to string // to as written in the JSON
		amount   int64
		status   int
		code     string
		detail   string
	}
	own, noSuch := ada.number, "There is no account with this number."
	cases := []refusal{
		{"to itself", `"` + own + `"`, 1, 422, "same_account", "different accounts"},
		{"to itself, more than there is", `"` + own + `"`, 100_001, 422, "same_account", "different accounts"},
		{"more than there is", `"` + bob.number + `"`, 100_001, 422, "insufficient_funds", "does not cover"},
		{"another currency", `"` + euro.field("account_number").(string) + `"`, 1, 422, "currency_mismatch", "same currency"},
		{"nobody", `"100000000008"`, 1, 404, "account_not_found", noSuch},
		{"nobody, below every number", `"000000000000"`, 1, 404, "account_not_found", noSuch},
	}
	for place := range own {
		cases = append(cases, refusal{fmt.Sprint("mistyped at digit ", place+1), `"` + mistyped(bob.number, place) + `"`, 1,
			404, "account_not_found", "check digit"})
	}
	for name, to := range map[string]string{
		"a space before": `" ` + own + `"`, "a space after": `"` + own + ` "`, "a line feed after": `"` + own + `\n"`,
		"a sign": `"+` + own + `"`, "a minus": `"-` + own + `"`, "11 digits": `"` + own[:11] + `"`, "13 digits": `"0` + own + `"`,
		"11 digits and a sign": `"+` + own[1:] + `"`, "full-width digits": `"` + fullWidth(own) + `"`, "a number": own,
		"hyphens": `"` + own[:4] + "-" + own[4:8] + "-" + own[8:] + `"`, "an exponent": `"48120735914e1"`, "empty": `""`,
		"null": `null`, "a list": `["` + own + `"]`, "NUL after": `"` + own + `\u0000"`, "hexadecimal": `"0x1234567890"`,
	} {
		cases = append(cases, refusal{name, to, 1, 400, "invalid_request", "see errors"})
	}
	before := w.books()
	for _, c := range cases {
		a := w.post("/accounts/"+own+"/transfer", fmt.Sprintf(`{"to_account":%s,"amount":%d}`, c.to, c.amount),
			bearer(session.AccessToken), idempotencyKey("one key for all"))
		require.Equal(t, c.status, a.status, "%s: %s", c.name, a.text())
		require.Equal(t, c.code, a.code(), c.name)
		require.Contains(t, a.field("detail"), c.detail, c.name)
		require.Equal(t, before, w.books(), c.name)
	}
	good := w.post("/accounts/"+own+"/transfer", `{"to_account":"`+bob.number+`","amount":1}`,
		bearer(session.AccessToken), idempotencyKey("one key for all"))
	require.Equal(t, 201, good.status, good.text())
	require.NotEqual(t, before, w.books())
	w.verify()
}
