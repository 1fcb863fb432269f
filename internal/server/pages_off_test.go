package server_test

import (
	"io/fs"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/testkit/storetest"
	"github.com/bankingcore/bankcore/web"
)

// TestAnOperatorTurnsSwaggerUIOff: the page and all its files are gone, and the contract is still there.
func TestAnOperatorTurnsSwaggerUIOff(t *testing.T) {
	t.Parallel()
	storetest.OneEngine(t)
	on, off := newWorld(t), newWorld(t, func(o *options) { o.noSwagger = true })
	files, err := fs.ReadDir(web.Files, "swagger")
	require.NoError(t, err)
	require.Greater(t, len(files), 5)
	paths := []string{"/swagger/index.html"}
	for _, file := range files {
		paths = append(paths, "/swagger/"+file.Name())
	}
	for _, path := range paths {
		require.Equal(t, 200, on.call("GET", path).status, path)
		gone := off.call("GET", path)
		require.Equal(t, 404, gone.status, path)
		require.Equal(t, "not_found", gone.code(), path)
	}
	for _, path := range []string{"/swagger", "/swagger/"} {
		require.Equal(t, 302, on.call("GET", path).status, path)
		require.Equal(t, 404, off.call("GET", path).status, path)
	}
	require.Equal(t, 200, off.call("GET", "/openapi.yaml").status)
	require.Equal(t, 200, off.call("GET", "/app/").status)
}

// TestSwaggerUILoadsWhatIsCommitted: every file that its page names is there, with the right type, and it is ours and not echo-swagger's.
func TestSwaggerUILoadsWhatIsCommitted(t *testing.T) {
	t.Parallel()
	storetest.OneEngine(t)
	w := newWorld(t)
	page := w.call("GET", "/swagger/index.html").text()
	for name, media := range map[string]string{
		"swagger-ui.css": "text/css", "swagger-ui-bundle.js": "text/javascript", "swagger-ui-standalone-preset.js": "text/javascript",
		"favicon-16x16.png": "image/png", "favicon-32x32.png": "image/png",
	} {
		require.Contains(t, page, `"./`+name+`"`)
		a := w.call("GET", "/swagger/"+name)
		require.Equal(t, 200, a.status, name)
		require.Contains(t, a.header.Get("Content-Type"), media, name)
		want, err := fs.ReadFile(web.Files, "swagger/"+name)
		require.NoError(t, err)
		require.Equal(t, string(want), a.text(), name)
	}
	require.Equal(t, 404, w.call("GET", "/swagger/swagger-ui.js").status, "echo-swagger has it")
}

func TestAnOperatorNamesAContact(t *testing.T) {
	t.Parallel()
	storetest.OneEngine(t)
	const path = "/.well-known/security.txt"
	named := newWorld(t, func(o *options) { o.securityContact = "mailto:security@example.com" })
	require.Contains(t, named.call("GET", path).text(), "Contact: mailto:security@example.com\nExpires: 2027-")
	require.Equal(t, 404, newWorld(t).call("GET", path).status)
}

// TestAStrangerAsksForTheVersion: the program's and the contract's. The compiler's version would help only an attacker.
func TestAStrangerAsksForTheVersion(t *testing.T) {
	t.Parallel()
	storetest.OneEngine(t)
	a := newWorld(t).call("GET", "/version")
	var said map[string]string
	a.decode(&said)
	require.Equal(t, map[string]string{"version": "test", "api_version": said["api_version"]}, said)
	require.NotContains(t, a.text(), "go1.")
	for name, values := range a.header {
		require.NotContains(t, strings.Join(values, " "), "go1.", name)
	}
}
