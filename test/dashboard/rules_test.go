package dashboard

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/testkit/bankcoretest"
)

// module returns a promise of an expression's value, with m standing for a module of the page.
func module(name, expression string) string {
	return `import(document.querySelector('script[type=module]').src.replace('main.js', '` + name + `')).then(m => ` + expression + `)`
}

// TestKeysOfIntentsSortByTime runs the page's own rule in a browser. The rules for money and numbers are in
// dashboard_amounts_test.go.
func TestKeysOfIntentsSortByTime(t *testing.T) {
	t.Parallel()
	p := bankcoretest.Serve(t, t.TempDir(), bankcoretest.Unlimited)
	v := newPerson(t, p)
	v.dashboard("")
	keys := evaluate[[]string](v, module("intents.js", `Array.from({ length: 100 }, () => m.newKey())`))
	seen := map[string]bool{}
	for i, key := range keys {
		require.Regexp(t, `^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`, key)
		require.False(t, seen[key])
		seen[key] = true
		require.LessOrEqual(t, keys[max(i-1, 0)][:13], key[:13], "later keys sort later")
	}
	v.requireCalm()
}
