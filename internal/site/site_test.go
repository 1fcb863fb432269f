package site_test

import (
	"encoding/json"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/api"
	"github.com/bankingcore/bankcore/internal/site"
	"github.com/bankingcore/bankcore/web"
)

var today = time.Date(2026, 11, 22, 7, 30, 0, 0, time.UTC)

// newSite returns a site with our files. The function, which may be nil, changes its settings.
func newSite(t *testing.T, change func(c *site.Config)) *site.Site {
	t.Helper()
	c := site.Config{
		Files: web.Files, Now: func() time.Time { return today }, Zone: "UTC", Openings: "anyone", Cash: "owner", Settlements: []string{"cash"},
		Problems: map[api.ProblemCode]site.Problem{"weak_pin": {Status: 422, Title: "The PIN is weak", Advice: "Choose another one."}},
	}
	if change != nil {
		change(&c)
	}
	s, err := site.New(c)
	require.NoError(t, err)
	return s
}

// serve calls the handler of a path with the variable end of a request's path. Names and values of headers alternate.
func serve(t *testing.T, s *site.Site, path, name string, w http.ResponseWriter, headers ...string) error {
	t.Helper()
	routes := s.Routes()
	i := slices.IndexFunc(routes, func(r site.Route) bool { return r.Path == path })
	require.GreaterOrEqual(t, i, 0, path)
	request := httptest.NewRequest(http.MethodGet, "/", http.NoBody)
	for pair := range slices.Chunk(headers, 2) {
		request.Header.Set(pair[0], pair[1])
	}
	return routes[i].Serve(w, request, name)
}

// get is serve for pages that exist.
func get(t *testing.T, s *site.Site, path, name string, headers ...string) *httptest.ResponseRecorder {
	t.Helper()
	recorder := httptest.NewRecorder()
	require.NoError(t, serve(t, s, path, name, recorder, headers...), path+name)
	return recorder
}

func TestThePageSaysWhatTheBankAllows(t *testing.T) {
	t.Parallel()
	page := get(t, newSite(t, func(c *site.Config) {
		c.Zone, c.Openings, c.Cash, c.Settlements = "Asia/Tokyo", "staff", "none", []string{"cash", "bank"}
	}), "/app/*", "").Body.String()
	for _, setting := range []string{
		`data-time-zone="Asia/Tokyo"`, `data-openings="staff"`, `data-cash="none"`, `data-settlements="cash bank"`,
	} {
		require.Equal(t, 1, strings.Count(page, setting), setting)
	}
}

// TestASiteBelowAPath: every path that it names begins with the bank's own.
func TestASiteBelowAPath(t *testing.T) {
	t.Parallel()
	s := newSite(t, func(c *site.Config) { c.Base, c.SwaggerPage = "/bank", []byte("<html></html>") })
	for path, want := range map[string]struct {
		status int
		to     string
	}{
		"/": {302, "/bank/app/"}, "/app": {302, "/bank/app/"}, "/swagger": {302, "/bank/swagger/index.html"}, "/swagger/": {302, "/bank/swagger/index.html"},
	} {
		a := get(t, s, path, "")
		require.Equal(t, want.status, a.Code, path)
		require.Equal(t, want.to, a.Header().Get("Location"), path)
	}
	index := get(t, s, "/app/*", "index.html")
	require.Equal(t, 301, index.Code)
	require.Equal(t, "/bank/app/", index.Header().Get("Location"))
	var contract struct{ Servers []struct{ URL string } }
	require.NoError(t, json.Unmarshal(get(t, s, "/openapi.json", "").Body.Bytes(), &contract))
	require.Equal(t, "/bank", contract.Servers[0].URL)
	require.Regexp(t, `(?m)^ *(- )?url: /bank$`, get(t, s, "/openapi.yaml", "").Body.String())
}

// TestSwaggerUIAllowsItsPage: the policy has the hash of what is inline (that of "run()" is from openssl), and nothing unsafe.
func TestSwaggerUIAllowsItsPage(t *testing.T) {
	t.Parallel()
	s := newSite(t, func(c *site.Config) { c.SwaggerPage = []byte("<script>run()</script>") })
	page := get(t, s, "/swagger/*", "index.html")
	require.Equal(t, "<script>run()</script>", page.Body.String())
	policy := page.Header().Get("Content-Security-Policy")
	require.Contains(t, policy, "script-src 'self' 'sha256-AvyuiL0SD1mVY3NNxR+V2uo+lhk6RMFrytWmRt6CrJQ='")
	require.NotContains(t, policy, "unsafe")
	require.Equal(t, policy, get(t, s, "/swagger/*", "swagger-ui.css").Header().Get("Content-Security-Policy"))
	require.ErrorIs(t, serve(t, s, "/swagger/*", "nothing", httptest.NewRecorder()), fs.ErrNotExist)
}

func TestProblemsAreExplained(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	page := get(t, s, "/problems/:code", "weak_pin").Body.String()
	for _, text := range []string{"weak_pin", "422", "The PIN is weak", "Choose another one.", "/openapi.yaml"} {
		require.Contains(t, page, text)
	}
	require.ErrorIs(t, serve(t, s, "/problems/:code", "nothing", httptest.NewRecorder()), fs.ErrNotExist)
}

// TestAFinderOfAWeaknessLooksForAContact follows RFC 9116: where the file is, what it must hold, and how long it is valid.
func TestAFinderOfAWeaknessLooksForAContact(t *testing.T) {
	t.Parallel()
	const path = "/.well-known/security.txt"
	now := today
	s := newSite(t, func(c *site.Config) {
		c.SecurityContact, c.Now = "mailto:security@example.com", func() time.Time { return now }
	})
	a := get(t, s, path, "")
	require.Equal(t, "text/plain; charset=utf-8", strings.ToLower(a.Header().Get("Content-Type")))
	fields := map[string]string{}
	for line := range strings.SplitSeq(strings.TrimSuffix(a.Body.String(), "\n"), "\n") {
		name, value, found := strings.Cut(line, ": ")
		require.True(t, found, line)
		require.NotContains(t, fields, name)
		fields[name] = value
	}
	expires, err := time.Parse(time.RFC3339, fields["Expires"])
	require.NoError(t, err)
	require.True(t, expires.After(now.AddDate(0, 5, 0)) && expires.Before(now.AddDate(1, 0, 0)), expires)
	delete(fields, "Expires")
	require.Equal(t, map[string]string{"Contact": "mailto:security@example.com", "Preferred-Languages": "en"}, fields)

	now = now.AddDate(0, 0, 200) // a server that runs for long keeps it valid
	require.NotEqual(t, a.Body.String(), get(t, s, path, "").Body.String())
	for _, route := range newSite(t, nil).Routes() {
		require.NotEqual(t, path, route.Path, "without a contact")
	}
}
