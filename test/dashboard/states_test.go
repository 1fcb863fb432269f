package dashboard

import (
	"slices"
	"strings"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/testkit/bankcoretest"
)

// withoutAccount lists the states of the pages that need no sign-in.
func withoutAccount(p *bankcoretest.Process) []state {
	return []state{
		{"sign-in", at("#/sign-in")},
		{"sign-in, faults", pressing("Sign in", "Enter the 12 digits of your account number.")},
		{"sign-in, PIN set", at("#/sign-in?pin=set")},
		{"reset", at("#/reset-pin")},
		{"reset, faults", pressing("Set the PIN", "A code has 12 letters and digits.")},
		{"reset, unknown", func(v *person) {
			v.enter("Account number", "123456789015")
			v.enter("Code from the bank", "7K3M-Q9TX-2B4C")
			v.enter("New PIN", "482913")
			v.enter("The new PIN once more", "482913")
			v.requests(fail)
			v.press("Set the PIN")
			v.see("It is not known whether the new PIN was set.")
		}},
		{"unlock", at("#/unlock")},
		{"unlock, faults", pressing("Unlock", "Enter the admin key.")},
		{"open", at("#/open")},
		{"open, longest currency", func(v *person) { v.choose("Currency", "TTD – Trinidad and Tobago Dollar") }},
		{"open, question", func(v *person) {
			v.enter("First deposit (optional)", "999.990")
			v.see("Do you mean")
			v.press("Open the account")
			v.see("Choose the amount you mean.")
		}},
		{"open, weak PIN", func(v *person) {
			v.enter("Your name", strings.Repeat("W", 100))
			v.enter("Choose a PIN", "123456")
			v.enter("The PIN once more", "123456")
			v.enter("First deposit (optional)", "9999999999.99")
			v.press("Open the account")
			v.see("The PIN is too easy to guess")
		}},
		{"open, unknown", func(v *person) {
			v.enter("Choose a PIN", "482913")
			v.enter("The PIN once more", "482913")
			v.requests(fail)
			v.press("Open the account")
			v.see("It is not known whether the account was opened.")
		}},
		{"open, to be finished", func(v *person) {
			v.reload()
			v.see("Finish the opening")
		}},
		{"open, faults of finishing", pressing("Finish the opening", "A PIN has 4 to 12 digits.")},
		{"opened", func(v *person) {
			v.enter("The PIN that you chose", "482913")
			v.enter("The PIN once more", "482913")
			v.press("Finish the opening")
			v.see("Welcome, ")
		}},
		{"problem page", func(v *person) { v.visit(p.URL + "/problems/unsupported_media_type") }},
	}
}

// customerStates lists those of a customer who is signed in.
func customerStates(number, pin, friend string) []state {
	return slices.Concat(requestStates(number), holdStates("#/transactions"), []state{
		{"overview", at("#/overview")},
		{"deposit", pressing("Deposit", "Description")},
		{"deposit, faults", func(v *person) {
			v.enter("Amount in KWD", "x")
			v.press("Deposit")
			v.see("Enter an amount")
		}},
		{"deposit, done", func(v *person) {
			v.enter("Amount in KWD", "1,000,000,000.000")
			v.enter("Description (optional)", strings.Repeat("W", 140))
			v.press("Deposit")
			v.see("is in your account.")
		}},
		{"withdraw, done", func(v *person) {
			v.press("Done")
			v.press("Withdraw")
			v.enter("Amount in KWD", "999999999.999")
			v.see("That is")
			v.press("Withdraw")
			v.see("has left your account.")
		}},
		{"transfer", at("#/transfer")},
		{"transfer, faults", pressing("Continue", "Enter the 12 digits of the account number.")},
		{"transfer, recipient", func(v *person) {
			v.enter("To account", friend)
			v.until(`document.querySelector('[data-payee]').innerText !== ''`, "the recipient")
			v.enter("Amount in KWD", "999,999,999.999")
			v.enter("Description (optional)", strings.Repeat("W", 140))
		}},
		{"transfer, check", pressing("Continue", "Available afterwards")},
		{"transfer, receipt", func(v *person) {
			v.press("Send KWD 999,999,999.999")
			v.seeReceipt()
		}},
		{"transfers", at("#/transfers")},
		{"transfers, no file", pressing("Check the transfers", "Choose a file, or paste its rows.")},
		{"transfers, faults", func(v *person) {
			v.offer("faults.csv", "to,amount,description,reference,"+strings.Repeat("W", 100)+"\n"+strings.Repeat("W", 40)+","+strings.Repeat("W", 40)+","+strings.Repeat("W", 141)+","+strings.Repeat("W", 65)+"\n")
			v.see("faults.csv is below.")
			v.press("Check the transfers")
			v.see("1 of 1 row to correct")
		}},
		{"transfers, check", func(v *person) {
			v.press("Correct the rows")
			v.offer("right.csv", "to,amount,description,reference\n"+friend+",\"999,999,999.999\","+strings.Repeat("W", 140)+","+strings.Repeat("W", 64)+"\n")
			v.see("right.csv is below.")
			v.press("Check the transfers")
			v.see("Balance afterwards")
		}},
		{"transfers, unknown", func(v *person) {
			v.requests(fail)
			v.press("Send 1 transfer, KWD 999,999,999.999")
			v.see("It is not known whether this took effect.")
			v.requests(succeed)
		}},
		{"transfers, sent", pressing("Send 1 transfer, KWD 999,999,999.999", "1 sent")},
		{"transactions", at("#/transactions")},
		{"entry", func(v *person) {
			v.click("[data-entry]")
			v.see("Covers this entry")
		}},
		{"nothing found", func(v *person) {
			v.press("Close")
			v.enter("Search", "nothing of the kind")
			v.see("Nothing found")
		}},
		{"security", func(v *person) {
			require.Equal(v.t, 401, v.p.Login(number, "604713").Status)
			v.dashboard("#/security")
		}},
		{"security, faults", pressing("Change the PIN", "A PIN has 4 to 12 digits.")},
	}, secondFactorStates(number, pin), []state{
		{"security, refused", func(v *person) {
			v.requests(fail)
			v.press("Sign out everywhere else")
			v.see("Something went wrong on our side")
		}},
		{"overview, refused", pressing("Overview", "Something went wrong on our side")},
		{"transactions, refused", pressing("Transactions", "Something went wrong on our side")},
		{"sign-out, refused", pressing("Sign out", "It is not known whether you are signed out")},
		{"overview, locked", func(v *person) {
			v.requests(succeed)
			for range 3 {
				v.p.Login(number, "604713")
			}
			v.dashboard("#/sign-in")
			v.see("Three wrong PINs have locked this account")
		}},
		{"sign-in, locked", func(v *person) {
			v.press("Sign out")
			v.see("New here?")
			v.enter("Account number", number)
			v.enter("PIN", "604713")
			v.press("Sign in")
			v.see("What to do")
		}},
	})
}

// secondFactorStates lists those of two-step sign-in, which is on in the end.
func secondFactorStates(number, pin string) []state {
	var secret string
	return []state{
		{"second factor, PIN", pressing("Turn on", "You need an authenticator app on your phone")},
		{"second factor, key", func(v *person) {
			v.enter("PIN", pin)
			v.press("Continue")
			secret = v.shownSecret()
		}},
		{"second factor, wrong code", func(v *person) {
			v.enter("Code from the app", bankcoretest.AppCode(v.t, secret, -10))
			v.press("Turn on")
			v.see("Enter the one that the app shows now.")
		}},
		{"second factor, recovery codes", func(v *person) {
			v.enter("Code from the app", bankcoretest.AppCode(v.t, secret, 0))
			v.press("Turn on")
			v.shownCodes()
		}},
		{"second factor, on", pressing("I have saved them", "10 of 10 recovery codes are left.")},
		{"second factor, proof", func(v *person) {
			v.press("New recovery codes")
			v.press("Get new codes")
			v.see("A code has 6 digits, and a recovery code 12 letters and digits.")
		}},
		{"sign-in, code", func(v *person) {
			v.press("Sign out")
			v.enter("Account number", number)
			v.enter("PIN", pin)
			v.press("Sign in")
			v.see("Your PIN is right.")
		}},
		{"sign-in, recovery code", func(v *person) {
			v.press("Use a recovery code")
			v.press("Sign in")
			v.see("A code has 6 digits, and a recovery code 12 letters and digits.")
		}},
		{"overview after both", func(v *person) {
			v.enter("Code", bankcoretest.AppCode(v.t, secret, 1))
			v.press("Sign in")
			v.see("Balance over time")
		}},
		{"security, with a code", pressing("Security", "10 of 10 recovery codes are left.")},
	}
}

// idleStates lists those of a page that is left alone; its clock stands still meanwhile.
func idleStates() []state {
	return []state{
		{"idle, question", func(v *person) {
			v.drift(12*time.Hour - 65*time.Second)
			v.see("Are you still there?")
			read(v.browser, chromedp.Evaluate[bool](`((at) => { Date.now = () => at; return true; })(Date.now())`))
		}},
		{"idle, signed out", func(v *person) {
			read(v.browser, chromedp.Evaluate[bool](`((at) => { Date.now = () => at; return true; })(Date.now() + 3600000)`))
			v.see("You were signed out after 12 hours without activity.")
		}},
	}
}

// unansweredStates lists those of a customer whose transfer was not answered.
func unansweredStates(friend string) []state {
	return []state{
		{"transfer, unknown", func(v *person) {
			v.press("Transfer")
			v.settle()
			v.enter("To account", friend)
			v.until(`document.querySelector('[data-payee]').innerText !== ''`, "the recipient")
			v.enter("Amount in KWD", "999,999,999.999")
			v.press("Continue")
			v.see("Available afterwards")
			v.requests(fail)
			v.press("Send KWD 999,999,999.999")
			v.see("It is not known whether this took effect.")
		}},
		{"outcome, unreachable", func(v *person) {
			v.press("Overview")
			v.see("The bank could not be asked.")
		}},
		{"outcome, asking", func(v *person) {
			v.requests(hold)
			v.press("Ask again")
			v.see("Asking the bank what happened to it")
		}},
		{"outcome, absent", func(v *person) {
			v.leap(time.Minute)
			v.requests(succeed)
			v.until(`document.querySelector('[data-outcome=absent]')`, "to hear that it has not reached the bank")
		}},
		{"unsettled", pressing("Transfer", "You can send another as soon as that is settled.")},
		{"outcome, sending", func(v *person) {
			v.until(`document.querySelector('[data-outcome=absent]')`, "the bank to be asked anew")
			v.requests(hold)
			v.press("Send it now")
			v.see("is being sent.")
		}},
		{"outcome, denied", func(v *person) {
			v.requests(deny)
			v.see("was not carried out.")
		}},
		{"outcome, done", func(v *person) {
			v.requests(succeed)
			v.press("OK")
			v.see("To account")
			v.enter("To account", friend)
			v.until(`document.querySelector('[data-payee]').innerText !== ''`, "the recipient")
			v.enter("Amount in KWD", "999,999,999.999")
			v.press("Continue")
			v.see("Available afterwards")
			v.requests(hold)
			v.press("Send KWD 999,999,999.999")
			v.press("Overview")
			v.requests(succeed)
			v.see("was sent.")
		}},
	}
}

// statesWithFormats lists those of a customer in which the language matters.
func statesWithFormats(locale, currency, friend string) []state {
	return []state{
		{locale + ": overview", at("#/overview")},
		{locale + ": entry", func(v *person) {
			v.press("All transactions")
			v.settle()
			v.click("[data-entry]")
			v.see("Covers this entry")
		}},
		{locale + ": transfer, check", func(v *person) {
			v.dashboard("#/transfer")
			v.enter("To account", friend)
			v.until(`document.querySelector('[data-payee]').innerText !== ''`, "the recipient")
			v.enter("Amount in "+currency, "1")
			v.press("Continue")
			v.see("Available afterwards")
		}},
	}
}

// adminStates lists those of an administrator.
func adminStates(locked, heir string) []state {
	return slices.Concat([]state{
		{"bank", at("#/admin")},
		{"accounts", at("#/admin/accounts")},
		{"account", at("#/admin/accounts/" + locked)},
		{"account, end all sessions", pressing("End all sessions", "is signed out everywhere at once.")},
		{"account, all sessions ended", pressing("End all sessions", "sessions have ended.")},
		{"account, limits", func(v *person) {
			v.press("Done")
			v.press("Change the limits")
			v.press("Save")
			v.see("These are the limits already.")
		}},
		{"account, name", func(v *person) {
			v.press("Close")
			v.press("Change the name")
			v.press("Send the request")
			v.see("Enter the name.")
		}},
		{"account, code", func(v *person) {
			v.press("Close")
			v.press("Code for a new PIN")
			v.press("Make the code")
			v.shownCode()
		}},
		{"account, close", func(v *person) {
			v.press("Done")
			v.press("Close the account")
			v.press("Continue")
			v.see("Enter the 12 digits of the account number.")
		}},
		{"account, last look", func(v *person) {
			v.enter("Move the balance to account", heir)
			v.press("Continue")
			v.see("What will happen")
		}},
	}, holdStates("#/admin/accounts/"+heir), decisionStates(), []state{
		{"events", at("#/admin/events")},
	}, administrationStates())
}
