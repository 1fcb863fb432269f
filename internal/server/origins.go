package server

import (
	"slices"

	"github.com/labstack/echo/v4"
	"github.com/labstack/echo/v4/middleware"
)

// preflightSeconds is how long a browser may cache the answer to a preflight request.
const preflightSeconds = 600

// allowOrigins lets browser applications on the configured origins read the API's answers, refusals included, and send what its
// operations accept. They use a bearer token: without Access-Control-Allow-Credentials no browser sends the session's cookie, and
// X-Admin-Key, which is the operator's, is not for browsers.
func (s *Server) allowOrigins() echo.MiddlewareFunc {
	if len(s.origins) == 0 {
		return func(next echo.HandlerFunc) echo.HandlerFunc { return next }
	}
	paths := map[string]bool{"": true} // unknown paths, so that a caller can read the 404
	for key := range s.operations {
		paths[key.path] = true
	}
	return middleware.CORSWithConfig(middleware.CORSConfig{
		Skipper:         func(c echo.Context) bool { return !paths[c.Path()] },
		AllowOriginFunc: func(origin string) (bool, error) { return slices.Contains(s.origins, origin), nil },
		AllowHeaders: []string{
			echo.HeaderAuthorization, echo.HeaderContentType, "Idempotency-Key", echo.HeaderXRequestID,
		},
		ExposeHeaders: []string{
			echo.HeaderXRequestID, echo.HeaderLocation, "Link", "RateLimit", "RateLimit-Policy", echo.HeaderRetryAfter, "Idempotent-Replayed",
			echo.HeaderWWWAuthenticate, echo.HeaderContentDisposition, echo.HeaderAllow,
		},
		MaxAge: preflightSeconds,
	})
}
