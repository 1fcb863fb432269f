package dashboard

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/testkit/bankcoretest"
)

// browser is a page in a headless Chromium.
type browser struct {
	t   *testing.T
	ctx context.Context

	mu       sync.Mutex
	messages []string // what a developer would see in the console
}

// watchPolicy records what the page's policy has blocked, even where the console is silent.
const watchPolicy = `window.violations = [];
document.addEventListener('securitypolicyviolation', e => window.violations.push(e.violatedDirective + ' ' + e.blockedURI + ' ' + e.sample))`

// findChromium prefers the headless shell. The other browsers draw a window around each page, and take twice the processor's time.
func findChromium(t *testing.T) string {
	t.Helper()
	for _, name := range []string{
		"chromium-headless-shell", "headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable",
	} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	require.FailNow(t, "no Chromium is installed, which this test needs: `make browser` installs it")
	return ""
}

// chromium is a running browser.
type chromium struct {
	ctx context.Context
	end func() // ends it and removes its files
}

func startChromium(path string, more ...chromedp.ExecAllocatorOption) (*chromium, error) {
	// Not t.TempDir, whose names are too long for the socket that Chromium puts there and leaves behind.
	temp, err := os.MkdirTemp("", "bankcore-test-")
	if err != nil {
		return nil, err
	}
	options := []chromedp.ExecAllocatorOption{
		chromedp.ExecPath(path), chromedp.Headless, chromedp.NoSandbox, chromedp.DisableGPU, chromedp.NoFirstRun,
		chromedp.NoDefaultBrowserCheck, chromedp.UserDataDir(filepath.Join(temp, "profile")), chromedp.WindowSize(1280, 900),
		chromedp.WSURLReadTimeout(bankcoretest.Patience), chromedp.Env("TMPDIR=" + temp),
	}
	for _, flag := range []string{
		"disable-quic", "disable-background-networking", "disable-component-update", "disable-sync", "disable-dev-shm-usage",
		"disable-extensions", "disable-breakpad", "metrics-recording-only",
		// A page behaves as if its window were in front, whatever the other tests do.
		"disable-background-timer-throttling", "disable-backgrounding-occluded-windows", "disable-renderer-backgrounding",
	} {
		options = append(options, chromedp.Flag(flag, true))
	}
	allocator, endAllocator := chromedp.NewExecAllocator(context.Background(), append(options, more...)...)
	ctx, endBrowser := chromedp.NewContext(allocator)
	end := func() {
		endBrowser()
		endAllocator()
		_ = os.RemoveAll(temp)
	}
	if err := chromedp.Listen(ctx, func(any) {}); err != nil { // the first use of the context starts it
		end()
		return nil, fmt.Errorf("start Chromium: %w", err)
	}
	return &chromium{ctx, end}, nil
}

// shared is the browser of all tests that need no flags of their own.
var shared struct {
	once    sync.Once
	browser *chromium
	err     error
}

func endSharedChromium() {
	if shared.browser != nil {
		shared.browser.end()
	}
}

// newBrowser returns a page in a profile of its own, whose storage, cookies and cache it shares with its tabs alone. With flags,
// it is in a browser of its own too.
func newBrowser(t *testing.T, flags ...chromedp.ExecAllocatorOption) *browser {
	t.Helper()
	path := findChromium(t)
	shared.once.Do(func() { shared.browser, shared.err = startChromium(path) })
	require.NoError(t, shared.err)
	in := shared.browser
	if len(flags) > 0 {
		own, err := startChromium(path, flags...)
		require.NoError(t, err)
		t.Cleanup(own.end)
		in = own
	}
	ctx, closePage := chromedp.NewContext(in.ctx, chromedp.WithNewBrowserContext())
	t.Cleanup(closePage)
	return openPage(ctx, t)
}

// openPage opens the page of a new context, and records what it does.
func openPage(ctx context.Context, t *testing.T) *browser {
	t.Helper()
	b := &browser{t: t, ctx: ctx}
	require.NoError(t, chromedp.Listen(ctx, b.hear))
	_, err := chromedp.Call(ctx, page.AddScriptToEvaluateOnNewDocument,
		page.AddScriptToEvaluateOnNewDocumentParams{Source: watchPolicy})
	require.NoError(t, err)
	// It has the focus, whatever page the other tests use.
	_, err = chromedp.Call(ctx, emulation.SetFocusEmulationEnabled, emulation.SetFocusEmulationEnabledParams{Enabled: true})
	require.NoError(t, err)
	return b
}

// bounded ends a step that hangs, however long the test is.
func (b *browser) bounded() (context.Context, context.CancelFunc) {
	return context.WithTimeout(b.ctx, 3*bankcoretest.Patience)
}

// hear records everything that the console shows, at any level.
func (b *browser) hear(event any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch e := event.(type) {
	case *log.EventEntryAdded:
		b.messages = append(b.messages, fmt.Sprintf("%s: %s (%s)", e.Entry.Level, e.Entry.Text, e.Entry.URL))
	case *runtime.EventConsoleAPICalled:
		for _, argument := range e.Args {
			b.messages = append(b.messages, fmt.Sprintf("console.%s: %s%s", e.Type, argument.Value, argument.Description))
		}
	case *runtime.EventExceptionThrown:
		b.messages = append(b.messages, "exception: "+e.ExceptionDetails.Text)
	}
}

func (b *browser) do(steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	ctx, cancel := b.bounded()
	defer cancel()
	for _, step := range steps {
		require.NoError(b.t, chromedp.Do(ctx, step))
	}
}

// read runs an action that has a result. If the page gives way to another one meanwhile, read asks that one.
func read[T any](b *browser, action chromedp.Action[T]) T {
	b.t.Helper()
	ctx, cancel := b.bounded()
	defer cancel()
	for {
		result, err := chromedp.Run(ctx, action)
		if err != nil && strings.Contains(err.Error(), "Inspected target navigated") && ctx.Err() == nil {
			continue
		}
		require.NoError(b.t, err)
		return result
	}
}

// visit opens a page. A window that was closed a moment before goes back in the history, which may take the place of the load: then
// nothing was loaded, and visit tries again.
func (b *browser) visit(url string) {
	b.t.Helper()
	for range 3 {
		if loaded := read(b, chromedp.NavigateResponse(url)); loaded != nil {
			require.EqualValues(b.t, 200, loaded.Status, url)
			return
		}
		b.do(chromedp.Navigate("about:blank"))
	}
	require.FailNow(b.t, "nothing was loaded", url)
}

// requireQuiet checks that the console is empty, and that the page loaded nothing from other hosts and left nothing behind.
func (b *browser) requireQuiet(origin string) {
	b.t.Helper()
	violations := read(b, chromedp.Evaluate[[]string](`window.violations`))
	require.Empty(b.t, violations, "blocked by the page's own policy")
	loaded := read(b, chromedp.Evaluate[[]string](`performance.getEntriesByType('resource').map(e => e.name)`))
	for _, url := range loaded {
		require.True(b.t, strings.HasPrefix(url, origin) || strings.HasPrefix(url, "data:"), url)
	}
	for _, place := range []string{"localStorage.length", "sessionStorage.length", "document.cookie.length"} {
		require.Zero(b.t, read(b, chromedp.Evaluate[int](place)), place)
	}
	b.mu.Lock() // after those calls, every earlier message has arrived
	defer b.mu.Unlock()
	require.Empty(b.t, b.messages, "the console")
}

// within returns a selector inside an operation's block in Swagger UI.
func within(operation, selector string) chromedp.CSS {
	return chromedp.CSS(`.opblock[id$="-` + operation + `"] ` + selector)
}

// fill replaces the text of a field, key by key.
func (b *browser) fill(field chromedp.CSS, text string) {
	b.t.Helper()
	b.do(chromedp.ScrollIntoView(field), chromedp.Click(field))
	read(b, chromedp.Evaluate[bool](`(document.activeElement.select(), true)`))
	b.do(chromedp.SendKeys(field, text))
	require.Equal(b.t, text, read(b, chromedp.Value(field)))
}

// tryOut opens an operation and makes its fields editable.
func (b *browser) tryOut(operation string) {
	b.t.Helper()
	b.do(
		chromedp.ScrollIntoView(within(operation, ".opblock-summary-control")),
		chromedp.Click(within(operation, ".opblock-summary-control")),
		chromedp.Click(within(operation, ".try-out__btn")),
	)
}

// execute sends the request and reads the answer that the page shows.
func (b *browser) execute(operation string) (status string, body map[string]any) {
	b.t.Helper()
	b.do(
		chromedp.ScrollIntoView(within(operation, ".execute")),
		chromedp.Click(within(operation, ".execute")),
		chromedp.WaitVisible(within(operation, ".live-responses-table .highlight-code")),
	)
	status = read(b, chromedp.Text(within(operation, ".live-responses-table tbody .response-col_status")))
	text := read(b, chromedp.TextContent(within(operation, ".live-responses-table .highlight-code code")))
	require.NoError(b.t, json.Unmarshal([]byte(text), &body), text)
	return status, body
}

// TestBrowser looks in Chromium at everything that is made for people.
func TestBrowser(t *testing.T) {
	t.Parallel()
	p, b := bankcoretest.ServeDemo(t, t.TempDir()), newBrowser(t)
	t.Run("pages", func(t *testing.T) { checkPages(t, p, b) })
	t.Run("Swagger UI", func(t *testing.T) { checkSwaggerUI(t, p, b) })
}

func checkPages(t *testing.T, p *bankcoretest.Process, b *browser) {
	t.Helper()
	b.t = t
	for path, title := range map[string]string{
		"/": "Sign in · Banking Core", "/app/": "Sign in · Banking Core", "/problems/weak_pin": "The PIN is too easy to guess - Banking Core",
		"/problems/rate_limited": "Too many requests - Banking Core",
	} {
		b.visit(p.URL + path)
		(&person{browser: b, p: p}).until(`document.title === `+quote(title)+` && document.querySelector('main h1')?.innerText`, title)
		require.Equal(t, "en", read(b, chromedp.Evaluate[string](`document.documentElement.lang`)), path)
		// The style sheet applies: the width of the page's text is limited.
		require.NotEqual(t, "none", read(b, chromedp.Evaluate[string](`getComputedStyle(document.querySelector('main')).maxWidth`)))
		b.requireQuiet(p.URL)
	}
}

// checkSwaggerUI does what the contract's introduction tells a newcomer to do: sign in, authorize, use the account.
func checkSwaggerUI(t *testing.T, p *bankcoretest.Process, b *browser) {
	t.Helper()
	b.t = t
	ada := bankcoretest.DemoLine.FindStringSubmatch(p.Stdout.String())
	require.NotNil(t, ada)
	number, pin := ada[1], ada[2]
	b.visit(p.URL + "/swagger/index.html")
	b.do(chromedp.WaitVisible(chromedp.CSS(".info .title")), chromedp.WaitVisible(chromedp.CSS(".opblock")))
	require.True(t, strings.HasPrefix(read(b, chromedp.Text(chromedp.CSS(".info .title"))), "Banking Core"))
	shown := read(b, chromedp.Evaluate[string](`versions.swaggerUI?.version ?? versions.swaggerUi.version`))
	require.Contains(t, bankcoretest.File(t, "web/package.json"), `"swagger-ui-dist": "`+strings.TrimPrefix(shown, "v")+`"`)
	require.Zero(t, read(b, chromedp.Evaluate[int](`document.querySelector('.topbar').getBoundingClientRect().top`)),
		"the page begins at its top: the icons' sheet takes no room")
	requireAllOperations(t, b, p)

	b.tryOut("login")
	b.fill(within("login", "textarea.body-param__text"), fmt.Sprintf(`{"account_number":%q,"pin":%q}`, number, pin))
	status, pair := b.execute("login")
	require.Equal(t, "200", strings.TrimSpace(status))
	token := pair["access_token"].(string)

	b.do(chromedp.Click(chromedp.CSS(".auth-wrapper > .authorize")), chromedp.WaitVisible(chromedp.CSS(".modal-ux")))
	b.fill("#auth-bearer-value", token)
	b.do(
		chromedp.Click(chromedp.CSS(`.auth-container:has(#auth-bearer-value) button[type="submit"]`)),
		chromedp.WaitNotPresent(chromedp.CSS("#auth-bearer-value")),
		chromedp.Click(chromedp.CSS(".modal-ux .btn-done")),
		chromedp.WaitNotPresent(chromedp.CSS(".modal-ux")),
	)
	b.tryOut("getAccount")
	b.fill(within("getAccount", `tr[data-param-name="account_number"] input`), number)
	status, account := b.execute("getAccount")
	require.Equal(t, "200", strings.TrimSpace(status))
	require.Equal(t, ada[3], account["account_holder_name"])
	want := p.Call("GET", "/accounts/"+number, nil, "Authorization", "Bearer "+token).Field(t, "balance")
	require.Equal(t, want, account["balance"])

	require.NotContains(t, read(b, chromedp.Location()), token)
	b.requireQuiet(p.URL)
	// Nothing of it is left for the next person at this browser.
	b.do(chromedp.Reload(), chromedp.WaitVisible(chromedp.CSS(".auth-wrapper > .authorize.unlocked")))
	b.requireQuiet(p.URL)
}

func requireAllOperations(t *testing.T, b *browser, p *bankcoretest.Process) {
	t.Helper()
	var contract struct {
		Paths map[string]map[string]json.RawMessage
	}
	require.NoError(t, json.Unmarshal([]byte(p.Call("GET", "/openapi.json", nil).Body), &contract))
	var want []string
	for path, item := range contract.Paths {
		for method := range item {
			if method != "parameters" {
				want = append(want, strings.ToUpper(method)+" "+path)
			}
		}
	}
	require.GreaterOrEqual(t, len(want), 18)
	shown := read(b, chromedp.Evaluate[[]string](`[...document.querySelectorAll('.opblock')].map(o =>
		o.querySelector('.opblock-summary-method').textContent + ' ' + o.querySelector('.opblock-summary-path').dataset.path)`))
	require.ElementsMatch(t, want, shown)
}
