package dashboard

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/testkit/bankcoretest"
)

// person uses the dashboard as people do: by the words on it.
type person struct {
	*browser
	p     *bankcoretest.Process
	looks int // so far
}

func newPerson(t *testing.T, p *bankcoretest.Process) *person {
	t.Helper()
	return &person{browser: newBrowser(t), p: p}
}

// tab opens another tab of the same browser.
func (v *person) tab() *person {
	v.t.Helper()
	ctx, closePage := chromedp.NewContext(v.ctx)
	v.t.Cleanup(closePage)
	return &person{browser: openPage(ctx, v.t), p: v.p}
}

// dashboard loads a page of the dashboard afresh, as a bookmark does.
func (v *person) dashboard(place string) {
	v.t.Helper()
	v.do(chromedp.Navigate("about:blank")) // a browser does not reload the same page for another fragment
	v.visit(v.p.URL + "/app/" + place)
	v.settle()
}

// until waits for an expression to become true.
func (v *person) until(expression, what string) {
	v.t.Helper()
	if !v.within(bankcoretest.Patience, expression) {
		require.FailNow(v.t, "waited in vain: "+what, "the page shows:\n%s", v.text())
	}
}

// within reports whether an expression becomes true in a time.
func (v *person) within(wait time.Duration, expression string) bool {
	v.t.Helper()
	for deadline := time.Now().Add(wait); ; time.Sleep(25 * time.Millisecond) {
		if read(v.browser, chromedp.Evaluate[bool]("Boolean("+expression+")")) {
			return true
		}
		if time.Now().After(deadline) {
			return false
		}
	}
}

func (v *person) text() string {
	v.t.Helper()
	return read(v.browser, chromedp.Evaluate[string](`document.body.innerText`))
}

// quote returns a text as a JavaScript string.
func quote(text string) string {
	quoted, _ := json.Marshal(text)
	return string(quoted)
}

// see waits for a text to appear.
func (v *person) see(text string) {
	v.t.Helper()
	v.until(`document.body?.innerText.includes(`+quote(text)+`)`, "to see "+text)
}

// settle waits until the page has loaded everything.
func (v *person) settle() {
	v.t.Helper()
	evaluate[bool](v, `new Promise(done => setTimeout(() => done(true), 50))`) // a click leads to another page a moment later
	v.until(`document.querySelector('main h1') && !document.body.innerText.includes('One moment, please.') &&
		!document.querySelector('[aria-busy]') && document.fonts.status === 'loaded' &&
		[...document.querySelectorAll('div[role=img]')].every(c => c.querySelector('canvas'))`, "the page to settle")
}

// named returns an expression for the visible element with a name, or for a label's field. Only the topmost window counts, as it
// does for the pointer.
func named(kind, name string) string {
	return `(() => {
		const scope = [...document.querySelectorAll('dialog[open]')].at(-1) ?? document;
		const words = e => (e.getAttribute('aria-label') ?? e.innerText).trim().replace(/\s+/g, ' ');
		const found = [...scope.querySelectorAll(` + quote(kind) + `)]
			.find(e => e.checkVisibility() && !e.disabled && words(e) === ` + quote(name) + `);
		return found?.tagName === 'LABEL' && found.control && found.control.type !== 'radio' ? found.control : found;
	})()`
}

// aim marks the element with a name.
func (v *person) aim(kind, name string) {
	v.t.Helper()
	v.until(`(() => {
		const found = `+named(kind, name)+`;
		if (!found) return false;
		for (const old of document.querySelectorAll('[data-aim]')) old.removeAttribute('data-aim');
		found.setAttribute('data-aim', '');
		return true;
	})()`, kind+" named "+name)
}

// press clicks a button or a link, and waits for the page that a link leads to.
func (v *person) press(name string) {
	v.t.Helper()
	link := v.clickOn(named("button, a, label.choice", name), "a button or link named "+name)
	if to, found := strings.CutPrefix(link, "#"); found {
		to, _, _ = strings.Cut(to, "?")
		v.until(`['/sign-in', `+quote(to)+`].includes(document.querySelector('main')?.dataset.page)`, "the page "+to)
	}
}

func (v *person) click(selector string) {
	v.t.Helper()
	v.clickOn(`document.querySelector(`+quote(selector)+`)`, selector)
}

// clickOn clicks the middle of an element, after scrolling it out from behind the tabs of a phone, and returns where a link leads.
// The page may move or replace the element between the look and the click, so a click elsewhere is kept from the page, and clickOn
// tries again.
func (v *person) clickOn(element, what string) (link string) {
	v.t.Helper()
	for deadline := time.Now().Add(bankcoretest.Patience); time.Now().Before(deadline); {
		at := with[struct {
			X, Y float64
			Link string
		}](v, element, what, `
			element.scrollIntoView({ block: 'center', behavior: 'instant' });
			removeEventListener('click', window.judgeClick, true);
			window.click = 'expected';
			window.judgeClick = e => {
				window.click = element.contains(e.target) ? 'received' : 'elsewhere';
				if (window.click === 'elsewhere') { e.preventDefault(); e.stopImmediatePropagation(); }
			};
			addEventListener('click', window.judgeClick, { capture: true, once: true });
			const { x, y, width, height } = element.getBoundingClientRect();
			return { X: x + width / 2, Y: y + height / 2, Link: element.getAttribute('href') ?? '' };`)
		v.do(chromedp.MouseClickXY(at.X, at.Y))
		// On the next page, if the click has led to one, there is no such word.
		if read(v.browser, chromedp.Evaluate[bool](`!['expected', 'elsewhere'].includes(window.click)`)) {
			return at.Link
		}
	}
	require.FailNow(v.t, "clicked in vain: "+what, "the page shows:\n%s", v.text())
	return ""
}

// with waits for an element and returns the value of an expression on it, in one step: the page may replace the element any time.
func with[T any](v *person, element, what, use string) T {
	v.t.Helper()
	for deadline := time.Now().Add(bankcoretest.Patience); ; time.Sleep(25 * time.Millisecond) {
		if made := read(v.browser, chromedp.Evaluate[*T](`(() => {
			const element = `+element+`;
			if (!element) return null;
			`+use+`
		})()`)); made != nil {
			return *made
		}
		if time.Now().After(deadline) {
			require.FailNow(v.t, "waited in vain: "+what, "the page shows:\n%s", v.text())
		}
	}
}

// enter types into a labelled field, in place of its value. If the page moves the focus meanwhile, as it does to show what was wrong
// with the form that was sent before, enter types again, as people do.
func (v *person) enter(label, text string) {
	v.t.Helper()
	for deadline := time.Now().Add(bankcoretest.Patience); time.Now().Before(deadline); {
		v.clickOn(named("label", label), "a field named "+label)
		read(v.browser, chromedp.Evaluate[bool](`(document.activeElement.select?.(), true)`))
		v.do(chromedp.KeyEvent(text))
		if v.within(3*time.Second, `document.activeElement.value === `+quote(text)+` || document.activeElement.maxLength > 0`) {
			return
		}
	}
	require.FailNow(v.t, "the text is not in its field", "the page shows:\n%s", v.text())
}

// choose picks an option of a labelled select.
func (v *person) choose(label, option string) {
	v.t.Helper()
	with[bool](v, named("label", label), "a field named "+label, `
		element.value = [...element.options].find(o => o.text === `+quote(option)+`).value;
		return element.dispatchEvent(new Event('change', { bubbles: true }));`)
}

// signIn goes through the sign-in page to the page that follows.
func (v *person) signIn(number, pin string) {
	v.t.Helper()
	v.enter("Account number", number)
	v.enter("PIN", pin)
	v.press("Sign in")
	v.until(`!location.hash.includes('sign-in')`, "to be signed in")
	v.settle()
}

// show gives the page a width and a theme.
func (v *person) show(width int64, theme string) {
	v.t.Helper()
	height := int64(900)
	if width < 600 {
		height = 780
	}
	v.do(chromedp.EmulateViewport(width, height))
	_, err := chromedp.Call(v.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: theme}, {Name: "prefers-reduced-motion", Value: "reduce"}},
	})
	require.NoError(v.t, err)
	v.settle()
}

var expectedRefusal = regexp.MustCompile(`^error: Failed to load resource: the server responded with a status of (\d+)`)

// requireCalm is requireQuiet, but ignores the lines that Chromium itself writes for an answer of these statuses.
func (v *person) requireCalm(refusals ...int) {
	v.t.Helper()
	v.mu.Lock()
	kept := v.messages[:0]
	for _, message := range v.messages {
		found := expectedRefusal.FindStringSubmatch(message)
		if found == nil || !contains(refusals, found[1]) {
			kept = append(kept, message)
		}
	}
	v.messages = kept
	v.mu.Unlock()
	v.requireQuiet(v.p.URL)
}

func contains(refusals []int, status string) bool {
	for _, refusal := range refusals {
		if strconv.Itoa(refusal) == status {
			return true
		}
	}
	return false
}

// axe checks the page against WCAG and axe-core's best practices.
func (v *person) axe(what string) {
	v.t.Helper()
	if !read(v.browser, chromedp.Evaluate[bool](`'axe' in window`)) {
		read(v.browser, chromedp.Evaluate[bool](nodeModule(v.t, "axe-core/axe.min.js")+"\n;'axe' in window"))
	}
	type violation struct {
		ID    string
		Help  string
		Nodes []struct {
			HTML           string
			FailureSummary string
		}
	}
	found, err := chromedp.Run(v.ctx, chromedp.Evaluate[[]violation](`axe.run(document, { resultTypes: ['violations'] }).then(r => r.violations)`,
		chromedp.EvalAwaitPromise))
	require.NoError(v.t, err, what)
	var list strings.Builder
	for _, one := range found {
		fmt.Fprintf(&list, "%s: %s\n", one.ID, one.Help)
		for _, node := range one.Nodes {
			fmt.Fprintf(&list, "  %s\n    %s\n", node.HTML, node.FailureSummary)
		}
	}
	require.Empty(v.t, list.String(), what)
}

// nodeModule reads a file of a package that only tests need; `make test` installs them.
func nodeModule(t *testing.T, name string) string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join("..", "..", "web", "node_modules", name))
	require.NoError(t, err, "`make test` installs the packages of web/package.json")
	return string(content)
}

// evaluate waits for a promise.
func evaluate[T any](v *person, expression string) T {
	v.t.Helper()
	ctx, cancel := v.bounded()
	defer cancel()
	value, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	require.NoError(v.t, err)
	return value
}
