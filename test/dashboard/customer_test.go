package dashboard

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	cdpbrowser "github.com/chromedp/cdproto/browser"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/testkit/bankcoretest"
)

// TestACustomersDayInTheBrowser is a customer's whole day, at a desk and on a phone.
func TestACustomersDayInTheBrowser(t *testing.T) {
	t.Parallel()
	p := bankcoretest.Serve(t, t.TempDir(), bankcoretest.Unlimited)
	for name, width := range map[string]int64{"desk": 1280, "phone": 360} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			v := newPerson(t, p)
			v.dashboard("")
			v.show(width, "light")
			customersDay(v)
		})
	}
}

func customersDay(v *person) {
	v.t.Helper()
	landlord := v.p.Open("730164", 0)
	number := v.openAccount("Zoë O’Neill", "482913", "1,000")
	v.press("Go to my account")
	v.settle()
	v.see("$1,000.00")

	v.press("Deposit")
	v.enter("Amount in USD", "1 250.50")
	v.enter("Description (optional)", "<img src=x onerror=alert(1)>")
	v.see("That is $1,250.50.")
	v.press("Deposit")
	v.see("is in your account.")
	v.press("Done")
	v.see("$2,250.50")
	v.see("<img src=x onerror=alert(1)>")

	v.press("Withdraw")
	v.enter("Amount in USD", "99999")
	v.press("Withdraw")
	v.see("That is more than you have.")
	v.enter("Amount in USD", "50")
	v.press("Withdraw")
	v.see("has left your account.")
	v.press("Done")
	v.see("$2,200.50")

	v.transfer(landlord, "850", "Rent")
	v.see("$1,350.50")
	v.press("Done")
	v.history()
	v.takeStatement(number)
	v.changePin("482913", "905517")

	v.press("Sign out")
	v.see("You have signed out.")
	v.enter("Account number", number)
	v.enter("PIN", "482913")
	v.press("Sign in")
	v.see("The account number or PIN is wrong")
	v.signIn(number, "905517")
	require.Equal(v.t, float64(85_000), v.p.Call("GET", "/accounts/"+landlord, nil, v.p.Authorization(landlord, "730164")...).Field(v.t, "balance"))
	v.requireCalm(401, 422)
	require.Zero(v.t, evaluate[int](v, `indexedDB.databases().then(found => found.length)`))
	require.Zero(v.t, evaluate[int](v, `caches.keys().then(found => found.length)`))
}

// openAccount goes through "Open an account" and returns the number that it shows.
func (v *person) openAccount(name, pin, deposit string) string {
	v.t.Helper()
	v.press("Open an account")
	v.enter("Your name", "<img src=x onerror=alert(1)>")
	v.enter("Choose a PIN", "123456")
	v.enter("The PIN once more", "123456")
	v.enter("First deposit (optional)", deposit)
	v.press("Open the account")
	v.until(`document.querySelector('[aria-invalid=true]')`, "a fault at the name or the PIN")
	v.enter("Your name", name)
	v.press("Open the account")
	v.see("The PIN is too easy to guess")
	v.enter("Choose a PIN", pin)
	v.enter("The PIN once more", pin)
	v.press("Open the account")
	v.see("Welcome, " + name)
	return read(v.browser, chromedp.Evaluate[string](`document.querySelector('[data-account]').dataset.account`))
}

// transfer sends money, after looking at all details.
func (v *person) transfer(to, amount, what string) {
	v.t.Helper()
	v.press("Transfer")
	v.settle()
	v.enter("To account", to[:11]+string('0'+(to[11]-'0'+1)%10))
	v.see("This number looks mistyped")
	v.enter("To account", to)
	v.see("A••• L•••")
	v.enter("Amount in USD", amount)
	v.enter("Description (optional)", what)
	v.press("Continue")
	v.see("Check the transfer")
	for _, shown := range []string{"Zoë O’Neill", "A••• L•••", "$850.00", "Balance afterwards", "$1,350.50"} {
		v.see(shown)
	}
	v.press("Send $850.00")
	v.see("Receipt")
}

// history filters, searches, and opens an entry.
func (v *person) history() {
	v.t.Helper()
	v.press("Transactions")
	v.settle()
	shown := func(count int) {
		v.t.Helper()
		v.until(`document.querySelectorAll('[data-entry]').length === `+string(rune('0'+count)), "that many entries")
	}
	shown(4)
	v.choose("Type", "Transfer sent")
	shown(1)
	v.choose("Type", "All types")
	shown(4)
	v.enter("Search", "rent")
	shown(1)
	v.until(`document.getElementById('live').textContent === '1 found.'`, "the search to end")
	v.click("[data-entry]")
	v.see("Covers this entry")
	v.press("Close")
	v.enter("Search", "no such thing")
	v.see("No transaction matches")
}

// takeStatement downloads this month as CSV and PDF.
func (v *person) takeStatement(number string) {
	v.t.Helper()
	folder, err := os.MkdirTemp("", "bankcore-test-")
	require.NoError(v.t, err)
	v.t.Cleanup(func() { _ = os.RemoveAll(folder) })
	_, err = chromedp.CallBrowser(v.ctx, cdpbrowser.SetDownloadBehavior, cdpbrowser.SetDownloadBehaviorParams{
		Behavior: cdpbrowser.SetDownloadBehaviorBehaviorAllow, DownloadPath: folder, BrowserContextID: chromedp.FromContext(v.ctx).BrowserContextID,
	})
	require.NoError(v.t, err)
	name := "statement-" + number + "-" + time.Now().UTC().Format("2006-01")
	v.press("CSV")
	text := v.downloaded(filepath.Join(folder, name+".csv"))
	text, marked := strings.CutPrefix(text, "\ufeff")
	require.True(v.t, marked, "a spreadsheet reads it as UTF-8")
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	require.NoError(v.t, err)
	require.Len(v.t, rows, 1+4, "headings, entries")
	require.Equal(v.t, "1350.50", rows[4][7])
	v.press("PDF")
	require.True(v.t, strings.HasPrefix(v.downloaded(filepath.Join(folder, name+".pdf")), "%PDF-"))
}

// downloaded waits for a file, which gets its name only once it is complete.
func (v *person) downloaded(path string) string {
	v.t.Helper()
	var content []byte
	require.Eventually(v.t, func() bool {
		var err error
		content, err = os.ReadFile(path)
		return err == nil && len(content) > 0
	}, bankcoretest.Patience, 20*time.Millisecond, path)
	return string(content)
}

func (v *person) changePin(old, next string) {
	v.t.Helper()
	v.press("Security")
	v.settle()
	v.enter("Current PIN", old)
	v.enter("New PIN", next)
	v.enter("The new PIN once more", next)
	v.press("Change the PIN")
	v.see("Your PIN is changed.")
}
