package server

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"
)

// link returns the path under which clients reach one of our paths.
func (s *Server) link(path string) string { return s.base + path }

// stripBase removes the base path from requests. Requests without it are answered too: some proxies remove it themselves, and probes
// call a server directly.
func stripBase(base string, next http.Handler) http.Handler {
	if base == "" {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		u := *r.URL
		if cutBase(&u.Path, base) && (u.RawPath == "" || cutBase(&u.RawPath, base)) {
			stripped := *r
			stripped.URL = &u
			r = &stripped
		}
		next.ServeHTTP(w, r)
	})
}

// cutBase removes the base from a path, and reports whether the path began with it.
func cutBase(path *string, base string) bool {
	rest, found := strings.CutPrefix(*path, base)
	switch {
	case !found || (rest != "" && rest[0] != '/'):
		return false
	case rest == "":
		rest = "/"
	}
	*path = rest
	return true
}

// checkBase refuses a base path that begins like one of our own paths, because a request could then mean either.
func checkBase(base string, routes []*echo.Route) error {
	for _, route := range routes {
		if own := firstSegment(route.Path); own != "" && own == firstSegment(base) {
			return fmt.Errorf("BASE_PATH: expected another beginning than /%s, which is one of the bank's own paths", own)
		}
	}
	return nil
}

func firstSegment(path string) string {
	segment, _, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	return segment
}
