package dashboard

import (
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/testkit/bankcoretest"
)

// subPaths is a company's web server: another server answers requests below each of its paths.
type subPaths struct {
	url    string
	mu     sync.Mutex
	missed []string // requested paths that are below none of them
}

// backend is where the requests below a path go, with the path or without it.
type backend struct {
	to    *bankcoretest.Process
	strip bool
}

func newSubPaths(t *testing.T, backends map[string]backend) *subPaths {
	t.Helper()
	s := &subPaths{}
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for path, b := range backends {
			if strings.HasPrefix(r.URL.Path, path+"/") {
				b.pass(path, w, r)
				return
			}
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		s.missed = append(s.missed, r.URL.Path)
		http.Error(w, "no such page of the company", http.StatusNotFound)
	}))
	t.Cleanup(front.Close)
	s.url = front.URL
	return s
}

func (b backend) pass(path string, w http.ResponseWriter, r *http.Request) {
	target, err := url.Parse(b.to.URL)
	if err != nil {
		panic(err)
	}
	proxy := &httputil.ReverseProxy{Rewrite: func(out *httputil.ProxyRequest) {
		out.SetURL(target)
		out.Out.Host = out.In.Host
		out.SetXForwarded()
		if b.strip {
			out.Out.URL.Path, out.Out.URL.RawPath = strings.TrimPrefix(out.In.URL.Path, path), ""
		}
	}}
	proxy.ServeHTTP(w, r)
}

// below returns a server as its clients see it, below a path.
func (s *subPaths) below(path string, p *bankcoretest.Process) *bankcoretest.Process {
	there := *p
	there.URL = s.url + path
	return &there
}

func (s *subPaths) requireNothingMissed(t *testing.T) {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	require.Empty(t, s.missed, "requested outside the path")
}

// TestTwoBanksOnOneHost: a customer is signed in to two banks on two ports of one host, and signing in to the second, or out of
// it, leaves the first alone.
func TestTwoBanksOnOneHost(t *testing.T) {
	bankcoretest.More(t)
	t.Parallel()
	one, two := bankcoretest.Serve(t, t.TempDir(), bankcoretest.Unlimited), bankcoretest.Serve(t, t.TempDir(), bankcoretest.Unlimited)
	first := newPerson(t, one)
	first.dashboard("#/sign-in")
	first.signIn(one.Open("482913", 50_000), "482913")
	second := first.tab()
	second.p = two
	second.dashboard("#/sign-in")
	second.signIn(two.Open("730164", 70_000), "730164")
	for range 2 {
		first.do(chromedp.Reload())
		first.see("$500.00")
		second.do(chromedp.Reload())
		second.see("$700.00")
	}
	second.press("Sign out")
	second.see("You have signed out.")
	first.do(chromedp.Reload())
	first.see("$500.00")
	first.requireCalm()
	second.requireCalm()
}

// TestTwoBanksBelowTwoPaths: below two paths of one web server, they are one origin to a browser, whose pages can talk to each
// other.
func TestTwoBanksBelowTwoPaths(t *testing.T) {
	bankcoretest.Thorough(t)
	t.Parallel()
	one := bankcoretest.Serve(t, t.TempDir(), append([]string{"BASE_PATH=/one"}, bankcoretest.Unlimited...))
	two := bankcoretest.Serve(t, t.TempDir(), append([]string{"BASE_PATH=/two/bank"}, bankcoretest.Unlimited...))
	company := newSubPaths(t, map[string]backend{"/one": {to: one}, "/two/bank": {to: two, strip: true}})
	first := newPerson(t, company.below("/one", one))
	first.dashboard("#/sign-in")
	first.signIn(one.Open("482913", 50_000), "482913")
	second := first.tab()
	second.p = company.below("/two/bank", two)
	second.dashboard("#/sign-in")
	second.signIn(two.Open("730164", 70_000), "730164")
	first.see("$500.00")
	first.do(chromedp.Reload())
	first.see("$500.00")
	second.press("Sign out")
	second.see("You have signed out.")
	first.press("Transactions")
	first.see("Statements")
	company.requireNothingMissed(t)
	first.requireCalm()
	second.requireCalm()
}

// TestBelowAPathOfAWebServer: the dashboard and Swagger UI work below a path, whether the web server takes it off or not.
func TestBelowAPathOfAWebServer(t *testing.T) {
	bankcoretest.Thorough(t)
	t.Parallel()
	p := bankcoretest.ServeDemo(t, t.TempDir(), "BASE_PATH=/bank")
	require.Contains(t, p.Stdout.String(), p.URL+"/bank/app/\n")
	for name, strip := range map[string]bool{"which is passed on": false, "which is taken off": true} {
		t.Run(name, func(t *testing.T) {
			company := newSubPaths(t, map[string]backend{"/bank": {to: p, strip: strip}})
			v := newPerson(t, company.below("/bank", p))
			v.visit(v.p.URL + "/")
			v.settle()
			v.see("New here?")
			require.Equal(t, v.p.URL+"/app/#/sign-in", read(v.browser, chromedp.Location()))
			ada := bankcoretest.DemoLine.FindStringSubmatch(p.Stdout.String())
			v.signIn(ada[1], ada[2])
			for _, link := range []string{"Transfer", "Transactions", "Security", "Overview"} {
				v.press(link)
				v.settle()
			}
			v.do(chromedp.Reload())
			v.settle()
			require.Contains(t, read(v.browser, chromedp.Location()), "#/overview", "still signed in")
			v.requireCalm()

			v.visit(v.p.URL + "/problems/weak_pin")
			require.NotEqual(t, "none", read(v.browser, chromedp.Evaluate[string](`getComputedStyle(document.querySelector('main')).maxWidth`)))
			require.Equal(t, v.p.URL+"/swagger/index.html", read(v.browser, chromedp.Evaluate[string](`document.querySelector('a.link').href`)))
			v.requireCalm()
			checkSwaggerUI(t, v.p, v.browser)
			company.requireNothingMissed(t)
		})
	}
}

// TestAnApplicationOnAnotherOrigin calls the API from its own page: what is allowed works in a real browser, but neither cookies
// nor the operator's key do.
func TestAnApplicationOnAnotherOrigin(t *testing.T) {
	t.Parallel()
	page := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		_, _ = w.Write([]byte("<!doctype html><title>Shop</title><main>"))
	})
	shop, other := httptest.NewServer(page), httptest.NewServer(page)
	t.Cleanup(shop.Close)
	t.Cleanup(other.Close)
	p := bankcoretest.Serve(t, t.TempDir(), append([]string{"CORS_ORIGINS=https://app.example:443, " + shop.URL}, bankcoretest.Unlimited...))
	number, friend := p.Open("482913", 50_000), p.Open("730164", 0)
	v := newPerson(t, p)
	const tell = `const tell = async (path, init = {}) => fetch(` + "`${bank}${path}`" + `, { ...init, headers: { ...(init.body ? { 'Content-Type': 'application/json' } : {}), ...init.headers } })
		.then(async r => ` + "`${r.status} ${r.headers.get('X-Request-Id') ? 'id' : 'no id'} ${(await r.text()).slice(0, 4000)}`" + `, () => 'kept away');`
	ask := func(call string) string {
		t.Helper()
		return evaluate[string](v, `(async () => { const bank = `+quote(p.URL)+`; `+tell+` return `+call+`; })()`)
	}
	login := `tell('/auth/login', { method: 'POST', body: JSON.stringify({ account_number: ` + quote(number) + `, pin: '482913' }) })`

	v.visit(shop.URL)
	answer := ask(login)
	require.Regexp(t, `^200 id `, answer)
	_, pair, _ := strings.Cut(answer, " id ")
	token := bankcoretest.Reply{Body: pair}.Field(t, "access_token").(string)
	send := `tell('/accounts/` + number + `/transfer', { method: 'POST', headers: { Authorization: 'Bearer ` + token + `', 'Idempotency-Key': 'a-key-of-the-shop' },
		body: JSON.stringify({ to_account: ` + quote(friend) + `, amount: 125 }) })`
	require.Regexp(t, `^201 id .*"amount":125`, ask(send))
	require.Regexp(t, `^401 id .*"code":"unauthenticated"`, ask(`tell('/accounts/`+number+`')`))
	require.Regexp(t, `^404 id .*"code":"not_found"`, ask(`tell('/accuonts')`))
	require.Equal(t, "kept away", ask(`tell('/admin/stats', { headers: { 'X-Admin-Key': 'the operator has it' } })`))
	require.Equal(t, "kept away", ask(`tell('/auth/session', { credentials: 'include' })`))
	require.Regexp(t, `^403 id .*"code":"forbidden"`, ask(`tell('/auth/login', { method: 'POST',
		body: JSON.stringify({ account_number: `+quote(number)+`, pin: '482913', session: 'cookie' }) })`))
	require.Equal(t, "kept away", ask(`tell('/app/')`), "pages are not the API")

	v.visit(other.URL)
	require.Equal(t, "kept away", ask(login))
}
