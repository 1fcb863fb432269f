package dashboard

import (
	"strings"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// requestStates lists those of what a customer asks the bank for.
func requestStates(number string) []state {
	return []state{
		{"limits", at("#/accounts/" + number)},
		{"limits, higher", func(v *person) {
			v.press("Change the limits")
			v.clickOn(named("label", "Per day, in KWD (optional)"), "the daily limit")
			read(v.browser, chromedp.Evaluate[bool](`(document.activeElement.select(), true)`))
			v.key(kb.Backspace)
			v.enter("Per payment, in KWD (optional)", "1")
			v.see("It decides about all of these together")
		}},
		{"limits, faults", func(v *person) {
			v.enter("Per day, in KWD (optional)", "x")
			v.press("Save")
			v.see("Enter an amount")
		}},
		{"freeze", func(v *person) {
			v.press("Close")
			v.press("Freeze")
			v.see("Only the bank can lift the freeze.")
		}},
		{"closing", func(v *person) {
			v.press("Cancel")
			v.press("Ask to close this account")
			v.see("The bank approves your request.")
		}},
		{"requests", at("#/requests")},
		{"requests, account", func(v *person) {
			v.press("Ask: Close an account")
			v.see("Which account do you want to close?")
		}},
		{"requests, name", func(v *person) {
			v.press("Close")
			v.press("Ask: Another name")
			v.press("Send the request")
			v.see("Enter the name.")
		}},
		{"requests, unknown", func(v *person) {
			v.enter("Your new name", strings.Repeat("W", 100))
			v.enter("Note (optional)", strings.Repeat("W", 140))
			v.requests(fail)
			v.press("Send the request")
			v.see("It is not known whether this took effect.")
		}},
		{"requests, sent", func(v *person) {
			v.requests(succeed)
			v.press("Send the request")
			v.see("Your request has been sent.")
		}},
		{"requests, waiting", pressing("Done", "The name becomes")},
		{"requests, withdrawn", pressing("Withdraw: Change of name", "Withdrawn")},
		{"requests, PIN", pressing("Ask: Code for a new PIN", "The code is read out to you")},
		{"requests, refused", func(v *person) {
			v.press("Close")
			v.requests(fail)
			v.press("Overview")
			v.press("Requests")
			v.see("Something went wrong on our side")
			v.requests(succeed)
		}},
	}
}

// decisionStates lists those of staff who decide about requests.
func decisionStates() []state {
	return []state{
		{"requests", at("#/admin/requests")},
		{"request for limits", func(v *person) { v.openRequest("Change of limits") }},
		{"request, approve", pressing("Approve", "The limits of the account become")},
		{"request, reject", func(v *person) {
			v.press("Close")
			v.press("Reject")
			v.press("Reject")
			v.see("Give a reason.")
		}},
		{"request to close", func(v *person) {
			v.press("Close")
			v.openRequest("Account closure")
		}},
		{"request, closing", pressing("Approve", "and the account is closed for good.")},
		{"request for a name", func(v *person) {
			v.press("Close")
			v.openRequest("Change of name")
		}},
		{"request, unknown", func(v *person) {
			v.press("Approve")
			v.requests(fail)
			v.press("Approve")
			v.see("It is not known whether this took effect.")
		}},
		{"request, refused", func(v *person) {
			v.press("Close")
			v.see("Something went wrong on our side")
			v.requests(succeed)
		}},
	}
}
