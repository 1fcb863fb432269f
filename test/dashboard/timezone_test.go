package dashboard

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/testkit/bankcoretest"
)

// TestTheDashboardShowsTheBanksDays looks at the dashboard of a bank whose date differs from the browser's most of the time.
func TestTheDashboardShowsTheBanksDays(t *testing.T) {
	bankcoretest.More(t)
	t.Parallel()
	const zone = "Pacific/Kiritimati"
	p := bankcoretest.Serve(t, t.TempDir(), append(bankcoretest.Unlimited, "BANK_TIMEZONE="+zone))
	number := p.Open("482913", 50_000)
	v := newPerson(t, p)
	v.dashboard("#/sign-in")
	v.signIn(number, "482913")
	v.see("At the end of each day (" + zone + ").")
	v.press("Transactions")
	v.settle()
	v.see("Time zone: " + zone + ".")
	v.see("A calendar month (" + zone + "), from opening to closing balance.")

	there, err := time.LoadLocation(zone)
	require.NoError(t, err)
	as := p.Authorization(number, "482913")
	entry := p.Call("GET", "/accounts/"+number+"/transactions", nil, as...).Field(t, "data").([]any)[0].(map[string]any)
	moment, err := time.Parse(time.RFC3339, entry["timestamp"].(string))
	require.NoError(t, err)
	moment = moment.In(there)
	v.see(moment.Format("Jan 2, 2006"))
	for days, want := range map[int]int{-1: 0, 0: 1, 1: 0} {
		date := moment.AddDate(0, 0, days).Format(time.DateOnly)
		v.setDate("From", date)
		v.setDate("To", date)
		v.settle()
		v.until(fmt.Sprintf(`document.querySelectorAll('[data-entry]').length === %d`, want), "the entries of "+date)
	}
	v.setDate("From", "")
	v.setDate("To", "")
	v.settle()
	if *pictures != "" {
		for _, width := range []int64{360, 1280} {
			for _, theme := range []string{"light", "dark"} {
				v.show(width, theme)
				v.picture(filepath.Join(*pictures, fmt.Sprintf("timezone-%s-%d", theme, width)))
			}
		}
	}
	v.click("[data-entry]")
	v.until(`document.body.innerText.replaceAll('\u202f', ' ').includes(`+quote(moment.Format("Jan 2, 2006, 3:04 PM")+" GMT+14")+`)`, "the time at the bank")
	v.requireCalm()
}

// setDate sets the date of a field as its calendar does.
func (v *person) setDate(label, date string) {
	v.t.Helper()
	with[bool](v, named("label", label), "a field named "+label, `
		element.value = `+quote(date)+`;
		return element.dispatchEvent(new Event('change', { bubbles: true }));`)
}
