package dashboard

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/testkit/bankcoretest"
)

// mood is what happens to a request between a browser and the bank.
type mood int

const (
	pass    mood = iota
	stall        // it does not reach the bank, and no answer comes
	swallow      // the bank executes it, and the answer never comes
	sever        // the bank executes it, and the answer breaks off
	hangUp       // the bank executes it, and the connection ends before the answer
)

// wayward is a proxy in front of a bank that loses what a test tells it to lose.
type wayward struct {
	t      *testing.T
	bank   *bankcoretest.Process // reached through the proxy
	server *httptest.Server

	mu    sync.Mutex
	moods map[string][]mood // for the next requests whose "METHOD path" ends in the key
	seen  map[string][]time.Time
	ended chan struct{}
}

func newWayward(t *testing.T, p *bankcoretest.Process) *wayward {
	t.Helper()
	target, err := url.Parse(p.URL)
	require.NoError(t, err)
	behind := *p
	w := &wayward{t: t, bank: &behind, moods: map[string][]mood{}, seen: map[string][]time.Time{}, ended: make(chan struct{})}
	forward := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(target)
		r.Out.Host = r.In.Host
	}, ErrorHandler: func(http.ResponseWriter, *http.Request, error) {}} // a browser that leaves
	w.server = httptest.NewServer(http.HandlerFunc(func(answer http.ResponseWriter, r *http.Request) {
		switch w.moodOf(r) {
		case stall:
			w.silence(r)
		case swallow:
			forward.ServeHTTP(httptest.NewRecorder(), r.WithContext(t.Context()))
			w.silence(r)
		case sever:
			forward.ServeHTTP(httptest.NewRecorder(), r.WithContext(t.Context()))
			answer.Header().Set("Content-Length", "100")
			_, _ = answer.Write([]byte("{"))
			_ = http.NewResponseController(answer).Flush()
			panic(http.ErrAbortHandler)
		case hangUp:
			forward.ServeHTTP(httptest.NewRecorder(), r.WithContext(t.Context()))
			panic(http.ErrAbortHandler)
		default:
			forward.ServeHTTP(answer, r)
		}
	}))
	behind.URL = w.server.URL
	t.Cleanup(func() {
		close(w.ended)
		w.server.CloseClientConnections()
		w.server.Close()
	})
	return w
}

// silence answers nothing for as long as the browser waits.
func (w *wayward) silence(r *http.Request) {
	select {
	case <-r.Context().Done():
	case <-w.ended:
	}
}

// next says what happens to the next requests of a kind, as in "POST /transfer"; those after them pass.
func (w *wayward) next(request string, moods ...mood) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.moods[request] = moods
}

func (w *wayward) moodOf(r *http.Request) mood {
	w.mu.Lock()
	defer w.mu.Unlock()
	for request, moods := range w.moods {
		method, path, _ := strings.Cut(request, " ")
		if r.Method != method || !strings.HasSuffix(r.URL.Path, path) {
			continue
		}
		w.seen[request] = append(w.seen[request], time.Now())
		if len(moods) > 0 {
			w.moods[request] = moods[1:]
			return moods[0]
		}
	}
	return pass
}

// times returns when requests of a kind have come since next was first called for them.
func (w *wayward) times(request string) []time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return append([]time.Time(nil), w.seen[request]...)
}

// awaitRequest waits until so many requests of a kind have come.
func (w *wayward) awaitRequest(request string, count int) {
	w.t.Helper()
	require.Eventually(w.t, func() bool { return len(w.times(request)) >= count }, bankcoretest.Patience, 10*time.Millisecond, request)
}

// onNewPages runs a script on each page before its own, beginning with the next one.
func (v *person) onNewPages(script string) {
	v.t.Helper()
	_, err := chromedp.Call(v.ctx, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: script})
	require.NoError(v.t, err)
}

// reload reloads the page, accepts what the page asks before it is left, and reports whether it asked.
func (v *person) reload() (asked bool) {
	v.t.Helper()
	return v.leave(func() { v.do(chromedp.Reload()) })
}

// leave runs an action that leaves the page, accepts what the page asks, and reports whether it asked.
func (v *person) leave(how func()) (asked bool) {
	v.t.Helper()
	dialogs := make(chan page.DialogType, 8)
	require.NoError(v.t, chromedp.Listen(v.ctx, func(event any) {
		if opening, ok := event.(*page.EventJavascriptDialogOpening); ok {
			dialogs <- opening.Type
			go func() { // answered here, the handler would wait for itself
				_, _ = chromedp.Call(v.ctx, page.HandleJavaScriptDialog, page.HandleJavaScriptDialogParams{Accept: true})
			}()
		}
	}))
	how()
	select {
	case kind := <-dialogs:
		require.Equal(v.t, page.DialogTypeBeforeunload, kind)
		return true
	default:
		return false
	}
}

// seeReceipt waits for the third step of a transfer; the word alone appears earlier.
func (v *person) seeReceipt() {
	v.t.Helper()
	v.until(`document.querySelector('[data-receipt]')`, "the receipt")
}

// stored returns what the page keeps in this browser, as a text.
func (v *person) stored() string {
	v.t.Helper()
	return read(v.browser, chromedp.Evaluate[string](`JSON.stringify([{ ...localStorage }, { ...sessionStorage }])`))
}

// requireNothingStored checks that the page keeps nothing any more.
func (v *person) requireNothingStored() {
	v.t.Helper()
	v.until(`localStorage.length + sessionStorage.length === 0`, "nothing to be stored")
}

// leap puts the page's clock forward, with the script in leapAhead.
func (v *person) leap(d time.Duration) {
	v.t.Helper()
	read(v.browser, chromedp.Evaluate[bool](fmt.Sprintf(`(leap(%d), true)`, d.Milliseconds())))
}

// checkTransfer goes to the second step of a transfer.
func (v *person) checkTransfer(to, amount string) {
	v.t.Helper()
	v.press("Transfer")
	v.settle()
	v.enter("To account", to)
	v.see("A••• L•••")
	v.enter("Amount in USD", amount)
	v.press("Continue")
	v.see("Check the transfer")
}

// through steps through the browser's history, as its buttons do, and waits until the browser is there.
func (v *person) through(steps int) {
	v.t.Helper()
	evaluate[bool](v, fmt.Sprintf(`new Promise(done => { addEventListener('popstate', () => setTimeout(() => done(true)), { once: true }); history.go(%d); })`, steps))
}
