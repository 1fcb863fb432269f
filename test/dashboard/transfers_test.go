package dashboard

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/testkit/bankcoretest"
)

// offer gives a file to the page, as the browser does after its own window.
func (v *person) offer(name, content string) {
	v.t.Helper()
	with[bool](v, named("label", "CSV file"), "the field for a file", `
		const chosen = new DataTransfer();
		chosen.items.add(new File([`+quote(content)+`], `+quote(name)+`));
		element.files = chosen.files;
		return element.dispatchEvent(new Event('change', { bubbles: true }));`)
}

// rowsIn returns how many rows a list of transfers has.
func (v *person) rowsIn(list string) int {
	v.t.Helper()
	return read(v.browser, chromedp.Evaluate[int](`document.querySelectorAll('[data-rows=`+list+`] > li').length`))
}

// TestManyTransfersFromAFile chooses a file with faulty rows, corrects it, and sends it. Its answer is lost, and the page finds out after a
// reload that the transfers were sent, once.
func TestManyTransfersFromAFile(t *testing.T) {
	t.Parallel()
	v, w, number, friend := traveller(t)
	other := v.p.Open("730164", 0)
	v.press("Transfer")
	v.settle()
	v.press("Many transfers from a file")
	v.see("Download a template")
	v.press("Check the transfers")
	v.see("Choose a file, or paste its rows.")
	v.look("transfers-none")
	v.offer("photo.csv", strings.Repeat("x", 256*1024+1))
	v.see("The bank takes 256 KiB at once.")
	v.offer("payroll.csv", "\ufeffName;To account;Amount;Description;Reference\r\n"+
		"Bob;"+friend+";12.50;\"Salary; <b>November</b>\";2026-11/1\r\n"+
		"Eve;"+other[:11]+";1.250;Salary;2026-11/2\r\n"+
		"Me;"+number+";0;;2026-11/1\r\n")
	v.see("payroll.csv is below.")
	v.look("transfers-file")
	v.fits("transfers-file")
	v.press("Check the transfers")
	v.see("2 of 3 rows to correct")
	v.see("An account number has 12 digits.")
	v.see("The amount could mean $1,250.00 or $1.25.")
	v.see("The money would stay where it is.")
	v.see("The amount must be above zero.")
	v.see("Line 2 has the same reference.")
	v.see("Columns not used")
	require.Equal(t, []int{2, 1}, []int{v.rowsIn("faulty"), v.rowsIn("good")})
	v.settle()
	v.look("transfers-faults")
	v.fits("transfers-faults")
	v.choose("Amounts are written", "1250,50")
	v.see("3 of 3 rows to correct")
	v.choose("Amounts are written", "1250.50")
	v.see("2 of 3 rows to correct")
	v.press("Correct the rows")
	v.see("Download a template")

	v.offer("corrected.csv", "to account,amount,description,reference\n"+friend+",12.50,Salary,2026-11/1\n"+other+",600,Salary,2026-11/2\n"+other+",30,Bonus,2026-11/3\n")
	v.see("corrected.csv is below.")
	v.press("Check the transfers")
	v.see("Would be refused")
	v.see("3 transfers, $642.50")
	require.Equal(t, []int{1, 2}, []int{v.rowsIn("faulty"), v.rowsIn("good")})
	v.settle()
	v.press("Send 3 transfers, $642.50")
	v.see("1 would be refused, so none would be sent.")
	v.choose("If one is refused", "Send the others")
	v.settle()
	v.look("transfers-check")
	v.fits("transfers-check")
	require.Empty(t, transfersOf(v.p, number, "482913"), "a check sends nothing")

	w.next("POST /transfers", swallow)
	v.press("Send 2 transfers, $42.50")
	w.awaitRequest("POST /transfers", 1)
	require.True(t, v.reload(), "the page asks before it is left")
	v.see("Your file of 3 transfers, $642.50 in all, was carried out.")
	v.see("You can send another as soon as that is settled.")
	v.requireNothingStored()
	v.axe("transfers that were found out")
	v.press("Show the transfers")
	v.see("2 sent, 1 refused")
	v.see("The balance does not cover this amount.")
	require.Equal(t, []int{1, 2}, []int{v.rowsIn("refused"), v.rowsIn("sent")})
	v.settle()
	v.press("OK")
	v.look("transfers-sent", 404)
	v.fits("transfers-sent")
	v.do(chromedp.Reload())
	v.see("2 sent, 1 refused")
	v.press("Many transfers from a file")
	v.see("Download a template")
	require.Empty(t, v.inField("Rows"), "what was sent is not offered again")
	require.ElementsMatch(t, []int64{1250, 3000}, transfersOf(v.p, number, "482913"))
	v.calm()
}

// TestManyTransfersByKeyboard pastes rows, and sends them without a pointer. Then the balance is too low for the same rows under new
// references, which the bank says only once they are sent.
func TestManyTransfersByKeyboard(t *testing.T) {
	t.Parallel()
	p := bankcoretest.Serve(t, t.TempDir(), bankcoretest.Unlimited)
	number, friend := p.Open("482913", 50_000), p.Open("730164", 0)
	v := newPerson(t, p)
	v.dashboard("#/transfers")
	v.signIn(number, "482913")
	v.see("Download a template")
	v.tabTo("Rows")
	v.do(chromedp.KeyEvent("account,amount" + kb.Enter + friend + ",100" + kb.Enter + friend + ",150" + kb.Enter))
	v.tabTo("Check the transfers")
	v.key(kb.Enter)
	v.see("2 transfers, $250.00")
	v.until(`document.activeElement.tagName === 'H1'`, "the focus on the next step")
	v.tabTo("Send 2 transfers, $250.00")
	v.key(kb.Enter)
	v.see("2 sent")
	v.until(`document.activeElement.tagName === 'H1'`, "the focus on what became of them")
	require.ElementsMatch(t, []int64{10000, 15000}, transfersOf(p, number, "482913"))
	v.requireNothingStored()

	v.do(chromedp.NavigateBack())
	v.see("Download a template")
	require.Empty(t, v.inField("Rows"), "what was sent is not offered again")
	v.offer("1001.csv", "to,amount\n"+strings.Repeat(friend+",0.01\n", 1001))
	v.see("1001.csv is below.")
	v.press("Check the transfers")
	v.see("A file can have 1,000 transfers at most.")
	v.offer("1000.csv", "to,amount\n"+strings.Repeat(friend+",0.25\n", 1000))
	v.see("1000.csv is below.")
	v.press("Check the transfers")
	v.see("1000 transfers, $250.00")
	v.settle()
	require.Equal(t, 1000, v.rowsIn("good"))
	v.do(chromedp.NavigateBack(), chromedp.NavigateForward())
	v.see("1000 transfers, $250.00")
	v.settle()
	require.Equal(t, 201, p.Call("POST", "/accounts/"+number+"/withdraw", map[string]any{"amount": 1}, p.Authorization(number, "482913")...).Status)
	v.press("Send 1000 transfers, $250.00")
	v.see("Nothing was sent: the bank would now refuse some of these.")
	v.press("Check them again")
	v.see("Would be refused")
	require.Equal(t, []int{1, 999}, []int{v.rowsIn("faulty"), v.rowsIn("good")})
	v.do(chromedp.NavigateBack())
	v.see("Download a template")
	v.offer("2.csv", "to,amount\n"+friend+",125\n"+friend+",124.99\n")
	v.see("2.csv is below.")
	v.press("Check the transfers")
	v.see("2 transfers, $249.99")
	require.Equal(t, 201, p.Call("POST", "/accounts/"+number+"/withdraw", map[string]any{"amount": 1}, p.Authorization(number, "482913")...).Status)
	v.press("Send 2 transfers, $249.99")
	v.see("Nothing was sent: the bank would now refuse some of these.")
	v.axe("transfers that are refused after the check")
	require.Len(t, transfersOf(p, number, "482913"), 2)
	v.requireNothingStored()
	v.requireCalm(422)
	require.Equal(t, fmt.Sprint(24_998), fmt.Sprint(p.Call("GET", "/accounts/"+number, nil, p.Authorization(number, "482913")...).Field(t, "balance")))
}

// TestAFileThatDidNotArriveIsSentFromTheNotice: the page was left meanwhile, and the notice has all that was in the file.
func TestAFileThatDidNotArriveIsSentFromTheNotice(t *testing.T) {
	bankcoretest.More(t)
	t.Parallel()
	v, w, number, friend := traveller(t)
	v.press("Transfer")
	v.settle()
	v.press("Many transfers from a file")
	v.see("Download a template")
	v.offer("one.csv", "to,amount,description\n"+friend+",12.50,Salary\n")
	v.see("one.csv is below.")
	v.press("Check the transfers")
	v.see("1 transfer, $12.50")
	w.next("POST /transfers", stall)
	v.press("Send 1 transfer, $12.50")
	w.awaitRequest("POST /transfers", 1)
	v.press("Overview")
	v.see("Your file of 1 transfer, $12.50 in all")
	v.leap(time.Minute)
	v.see("has not reached the bank.")
	require.Empty(t, transfersOf(v.p, number, "482913"))
	v.press("Send it now")
	v.see("was carried out.")
	v.press("Show the transfers")
	v.see("1 sent")
	v.see("Salary")
	v.press("OK")
	v.requireNothingStored()
	require.Equal(t, []int64{1250}, transfersOf(v.p, number, "482913"))
	v.calm()
}
