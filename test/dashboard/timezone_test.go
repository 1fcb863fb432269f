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

// TestTheDashboardsDaysBeginAsTheBanksDo compares what a filter by date requests with the days of the bank.
func TestTheDashboardsDaysBeginAsTheBanksDo(t *testing.T) {
	t.Parallel()
	p := bankcoretest.Serve(t, t.TempDir(), bankcoretest.Unlimited)
	v := newPerson(t, p)
	v.dashboard("")
	for i, test := range []struct{ zone, date, begin, end string }{
		{"UTC", "2026-11-22", "2026-11-22T00:00:00.000Z", "2026-11-23T00:00:00.000Z"},
		{"Pacific/Auckland", "2026-04-05", "2026-04-04T11:00:00.000Z", "2026-04-05T12:00:00.000Z"},
		{"America/St_Johns", "2026-03-08", "2026-03-08T03:30:00.000Z", "2026-03-09T02:30:00.000Z"},
		{"Asia/Kathmandu", "2026-01-01", "2025-12-31T18:15:00.000Z", "2026-01-01T18:15:00.000Z"},
		{"America/Sao_Paulo", "2018-11-04", "2018-11-04T03:00:00.000Z", "2018-11-05T02:00:00.000Z"},
		{"Asia/Beirut", "2026-03-29", "2026-03-28T22:00:00.000Z", "2026-03-29T21:00:00.000Z"},
		{"America/Havana", "2026-11-01", "2026-11-01T04:00:00.000Z", "2026-11-02T05:00:00.000Z"},
		{"Etc/GMT+12", "2026-12-31", "2026-12-31T12:00:00.000Z", "2027-01-01T12:00:00.000Z"},
		{"Nowhere/Known", "2026-11-22", "2026-11-22T00:00:00.000Z", "2026-11-23T00:00:00.000Z"}, // as in an old browser
	} {
		got := evaluate[[]string](v, fmt.Sprintf(`(async () => {
			document.documentElement.dataset.timeZone = %q;
			const { beginOf } = await import('/app/js/times.js?%d');
			return [beginOf(%q), beginOf(%[3]q, 1)];
		})()`, test.zone, i, test.date))
		require.Equal(t, []string{test.begin, test.end}, got, test.zone)
	}
	v.requireCalm()
}
