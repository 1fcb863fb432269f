package dashboard

// holdStates lists those of a page that shows a hold for a transfer, and of that hold. The answers are stretched, so that more is asked for
// than is held.
func holdStates(page string) []state {
	return []state{
		{"held", func(v *person) {
			v.dashboard(page)
			v.until(`document.querySelector('[data-hold]')`, "a hold")
		}},
		{"hold", func(v *person) {
			v.click("[data-hold]")
			v.see("Held by")
		}},
		{"hold, give back", pressing("Give back", "becomes available to spend again")},
		{"hold, pay", func(v *person) {
			v.press("Back")
			v.press("Pay now")
			v.see("the rest is given back.")
		}},
		{"hold, unknown", func(v *person) {
			v.requests(fail)
			v.press("Pay now")
			v.see("It is not known whether this took effect.")
		}},
		{"hold, refused", func(v *person) {
			v.requests(succeed)
			v.press("Pay now")
			v.see("Part of it was paid in the meantime.")
			v.press("Close")
		}},
	}
}
