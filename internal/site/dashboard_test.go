package site_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"io/fs"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// unpacked returns a body as its client reads it.
func unpacked(t *testing.T, a *httptest.ResponseRecorder) string {
	t.Helper()
	if a.Header().Get("Content-Encoding") == "" {
		return a.Body.String()
	}
	require.Equal(t, "gzip", a.Header().Get("Content-Encoding"))
	reader, err := gzip.NewReader(bytes.NewReader(a.Body.Bytes()))
	require.NoError(t, err)
	text, err := io.ReadAll(reader)
	require.NoError(t, err)
	return string(text)
}

var named = regexp.MustCompile(`(?:href|src)="(build-[0-9a-f]{16}/[^"]+)"`)

func TestTheDashboardsFilesKeepForEver(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	page := get(t, s, "/app/*", "")
	require.Equal(t, "no-cache", page.Header().Get("Cache-Control"))
	files := named.FindAllStringSubmatch(page.Body.String(), -1)
	require.Greater(t, len(files), 10)
	require.NotContains(t, page.Body.String(), `"build/`)
	for _, file := range files {
		kept := get(t, s, "/app/*", file[1])
		require.Equal(t, 200, kept.Code, file[1])
		require.Equal(t, "public, max-age=31536000, immutable", kept.Header().Get("Cache-Control"))
		require.Equal(t, page.Header().Get("Content-Security-Policy"), kept.Header().Get("Content-Security-Policy"))
		_, name, _ := strings.Cut(file[1], "/")
		same := get(t, s, "/app/*", name)
		require.Equal(t, "no-cache", same.Header().Get("Cache-Control"))
		require.Equal(t, kept.Body.String(), same.Body.String())
	}
	for _, name := range []string{"build-0000000000000000/style.css", "js/", "js", "build", "vendor/../../web.go", "types/api.d.ts"} {
		require.ErrorIs(t, serve(t, s, "/app/*", name, httptest.NewRecorder()), fs.ErrNotExist, name)
	}
}

func TestTheDashboardIsSentAsItsReaderTakesIt(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	const name = "style.css"
	plain := get(t, s, "/app/*", name)
	require.Empty(t, plain.Header().Get("Content-Encoding"))
	require.Equal(t, "Accept-Encoding", plain.Header().Get("Vary"))
	for accept, packed := range map[string]bool{
		"gzip": true, "br, GZIP;q=0.5": true, "deflate, gzip, br": true, "br": false, "gzip;q=0": false, "identity": false,
	} {
		a := get(t, s, "/app/*", name, "Accept-Encoding", accept)
		require.Equal(t, packed, a.Header().Get("Content-Encoding") == "gzip", accept)
		require.Equal(t, plain.Body.String(), unpacked(t, a), accept)
		require.Equal(t, packed, a.Header().Get("ETag") != plain.Header().Get("ETag"), "a cache must tell the two forms apart")
		again := get(t, s, "/app/*", name, "Accept-Encoding", accept, "If-None-Match", a.Header().Get("ETag"))
		require.Equal(t, 304, again.Code, accept)
		require.Empty(t, again.Body)
	}
	font := get(t, s, "/app/*", "inter.woff2", "Accept-Encoding", "gzip")
	require.Empty(t, font.Header().Get("Content-Encoding"), "it is already compressed")
	require.Equal(t, "font/woff2", font.Header().Get("Content-Type"))
	part := get(t, s, "/app/*", name, "Range", "bytes=0-9", "Accept-Encoding", "gzip")
	require.Equal(t, 206, part.Code)
	require.Equal(t, plain.Body.String()[:10], part.Body.String())
}
