package server

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"
)

// link is where a path of ours is on the bank's host.
func (s *Server) link(path string) string { return s.base + path }

// below takes the base path off requests. One that comes without it is answered all the same: some proxies take it off
// themselves, and probes ask a server directly.
func below(base string, next http.Handler) http.Handler {
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

// cutBase leaves of a path what comes after the base, and reports whether it begins with that.
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

// checkBase refuses a base path that begins like a path of ours: a request for that could then mean either.
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
