package server_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/testkit/storetest"
)

// unpacked returns a body as its client reads it.
func unpacked(t *testing.T, a *answer) string {
	t.Helper()
	if a.header.Get("Content-Encoding") == "" {
		return a.text()
	}
	require.Equal(t, "gzip", a.header.Get("Content-Encoding"))
	reader, err := gzip.NewReader(bytes.NewReader(a.body))
	require.NoError(t, err)
	text, err := io.ReadAll(reader)
	require.NoError(t, err)
	return string(text)
}

// plainly stops Go's client from requesting and unpacking gzip by itself.
func plainly(w *world) *world {
	w.client.Transport = &http.Transport{DisableCompression: true}
	return w
}

var named = regexp.MustCompile(`(?:href|src)="(build-[0-9a-f]{16}/[^"]+)"`)

func TestTheDashboardsFilesKeepForEver(t *testing.T) {
	t.Parallel()
	storetest.OneEngine(t)
	w := plainly(newWorld(t))
	page := w.call("GET", "/app/")
	require.Equal(t, "no-cache", page.header.Get("Cache-Control"))
	files := named.FindAllStringSubmatch(page.text(), -1)
	require.Greater(t, len(files), 10)
	require.NotContains(t, page.text(), `"build/`)
	for _, file := range files {
		kept := w.call("GET", "/app/"+file[1])
		require.Equal(t, 200, kept.status, file[1])
		require.Equal(t, "public, max-age=31536000, immutable", kept.header.Get("Cache-Control"))
		requireSecure(t, file[1], kept.header)
		_, name, _ := strings.Cut(file[1], "/")
		same := w.call("GET", "/app/"+name)
		require.Equal(t, "no-cache", same.header.Get("Cache-Control"))
		require.Equal(t, kept.body, same.body)
	}
	for _, path := range []string{"/app/build-0000000000000000/style.css", "/app/js/", "/app/js", "/app/build", "/app/vendor/../../web.go", "/app/types/api.d.ts"} {
		require.Equal(t, 404, w.call("GET", path).status, path)
	}
}

func TestTheDashboardIsSentAsItsReaderTakesIt(t *testing.T) {
	t.Parallel()
	storetest.OneEngine(t)
	w := plainly(newWorld(t))
	const path = "/app/style.css"
	plain := w.call("GET", path)
	require.Empty(t, plain.header.Get("Content-Encoding"))
	require.Equal(t, "Accept-Encoding", plain.header.Get("Vary"))
	for accept, packed := range map[string]bool{
		"gzip": true, "br, GZIP;q=0.5": true, "deflate, gzip, br": true, "br": false, "gzip;q=0": false, "identity": false,
	} {
		a := w.call("GET", path, header("Accept-Encoding", accept))
		require.Equal(t, packed, a.header.Get("Content-Encoding") == "gzip", accept)
		require.Equal(t, plain.text(), unpacked(t, a), accept)
		require.Equal(t, packed, a.header.Get("ETag") != plain.header.Get("ETag"), "a cache must tell the two forms apart")
		again := w.call("GET", path, header("Accept-Encoding", accept), header("If-None-Match", a.header.Get("ETag")))
		require.Equal(t, 304, again.status, accept)
		require.Empty(t, again.body)
	}
	font := w.call("GET", "/app/inter.woff2", header("Accept-Encoding", "gzip"))
	require.Empty(t, font.header.Get("Content-Encoding"), "it is already compressed")
	require.Equal(t, "font/woff2", font.header.Get("Content-Type"))
	part := w.call("GET", path, header("Range", "bytes=0-9"), header("Accept-Encoding", "gzip"))
	require.Equal(t, 206, part.status)
	require.Equal(t, plain.text()[:10], part.text())
	require.Empty(t, w.call("HEAD", path).body)
}
