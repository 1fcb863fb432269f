package server

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"mime"
	"net/http"
	"net/netip"
	"regexp"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"
	echomiddleware "github.com/labstack/echo/v4/middleware"

	"github.com/bankingcore/bankcore/internal/auth"
	"github.com/bankingcore/bankcore/internal/connections"
	"github.com/bankingcore/bankcore/internal/logging"
)

// maxBody bounds the body of a request, in bytes, unless the contract says otherwise of the operation (x-max-body). The largest one that
// the contract allows elsewhere takes less than 3,000.
const maxBody = 16 << 10

// middleware lists what every request passes through, from the outside in. The handlers come last, and their errors return
// through the list unchanged.
func (s *Server) middleware() []echo.MiddlewareFunc {
	return []echo.MiddlewareFunc{
		s.identify,           // request id, client address, operation
		s.secureHeaders,      // on every answer, errors included
		s.closeWhenDraining,  // when the server is about to stop
		s.observe,            // log and metrics; answers errors
		s.allowOrigins(),     // for browser applications on other origins; answers preflight requests
		s.recoverPanic,       // turns a panic into an error
		s.authenticateClient, // by the key of a service client, and its limit
		s.refuseEarly,        // clients over a limit, before any work is done
		s.boundBody,          // size and media type
		s.pace,               // the deadline of large answers
		s.validate,           // against the contract
		s.limitByAddress,     // counts valid requests, before a secret is compared
		s.authenticate,       // as the contract's security schemes say
		s.limitByAccount,
		packCurrencies(),
	}
}

// inOneChain returns the list as one middleware that is put together once. Echo would do that again for each request.
func inOneChain(list []echo.MiddlewareFunc) echo.MiddlewareFunc {
	chain := func(c echo.Context) error { return c.Handler()(c) }
	for _, middleware := range slices.Backward(list) {
		chain = middleware(chain)
	}
	return func(echo.HandlerFunc) echo.HandlerFunc { return chain }
}

// packCurrencies compresses the one long answer that the dashboard needs before it shows anything. Answers that hold a caller's text
// next to a secret are never compressed: their length would leak the secret.
func packCurrencies() echo.MiddlewareFunc {
	return echomiddleware.GzipWithConfig(echomiddleware.GzipConfig{Skipper: func(c echo.Context) bool { return c.Path() != "/currencies" }})
}

// scope is what is known about a request on its way.
type scope struct {
	id        string // sent with the answer; the caller's own, if it is sane
	serverID  string // always ours, and unique
	address   netip.Addr
	client    string     // the address as text
	https     bool       // from the client to us, or to a proxy that we trust
	operation *operation // nil outside the contract
	caller    auth.Caller
	body      []byte // the whole one

	// What handlers need of the request beyond what the generated code gives them:
	request   *http.Request // as it came, without our base
	crossSite error         // why a browser sends the request for another site; nil if it does not
	header    http.Header   // of the answer, for cookies: generated code sets at most one
}

type scopeKey struct{}

func scopeOf(ctx context.Context) *scope {
	at, _ := ctx.Value(scopeKey{}).(*scope)
	return at
}

func (s *Server) scope(c echo.Context) *scope { return scopeOf(c.Request().Context()) }

// requestID and routeOf also serve answers to requests that failed before they were identified.
func requestID(c echo.Context) string { return c.Response().Header().Get(echo.HeaderXRequestID) }

func serverRequestID(c echo.Context) string {
	if at := scopeOf(c.Request().Context()); at != nil {
		return at.serverID
	}
	return ""
}

// routeOf returns the path's pattern. The path itself may hold something that the client put there by mistake.
func routeOf(c echo.Context) string {
	if c.Path() == "" {
		return "-"
	}
	return c.Path()
}

// saneRequestID matches the request ids that are safe in a log and a header.
var saneRequestID = regexp.MustCompile(`^[A-Za-z0-9._:-]{1,128}$`)

func (s *Server) identify(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		request := c.Request()
		address, readable := s.proxies.Client(request)
		if !readable {
			s.unreadable.Note(address)
		}
		at := &scope{
			id:        request.Header.Get(echo.HeaderXRequestID),
			address:   address,
			https:     s.proxies.HTTPS(request),
			operation: s.operations[operationKey{request.Method, c.Path()}],
			request:   request,
			crossSite: s.crossSite.Check(request),
			header:    c.Response().Header(),
		}
		at.serverID = uuid.Must(uuid.NewV7()).String()
		if at.id == "" || !saneRequestID.MatchString(at.id) {
			at.id = at.serverID
		}
		at.client = at.address.String()
		at.caller = auth.Caller{Address: at.client, UserAgent: request.UserAgent(), RequestID: at.id, ServerRequestID: at.serverID}
		if at.operation != nil {
			at.caller.Operation, at.caller.Permission = at.operation.id, at.operation.permission
		}
		c.SetRequest(request.WithContext(context.WithValue(request.Context(), scopeKey{}, at)))
		c.Response().Header().Set(echo.HeaderXRequestID, at.id)
		return next(c)
	}
}

// sharedHeaders are on every answer, and their values belong to all of them. An answer is not a page unless its handler says so.
var sharedHeaders = map[string][]string{
	"Content-Security-Policy":      {"default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"},
	"X-Frame-Options":              {"DENY"},
	"X-Content-Type-Options":       {"nosniff"},
	"Referrer-Policy":              {"no-referrer"},
	"Permissions-Policy":           {"camera=(), geolocation=(), microphone=(), payment=(), usb=()"},
	"Cross-Origin-Opener-Policy":   {"same-origin"},
	"Cross-Origin-Resource-Policy": {"same-origin"},
	"Cache-Control":                {"no-store"},
}

func (s *Server) secureHeaders(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		header := c.Response().Header()
		maps.Copy(header, sharedHeaders)
		if s.scope(c).https {
			header.Set("Strict-Transport-Security", "max-age=31536000")
		}
		return next(c)
	}
}

// closeWhenDraining closes each connection after its answer while the server drains. Otherwise a client that keeps its connection open
// may send its next request just as Shutdown closes the idle connection, and would not know what became of it.
func (s *Server) closeWhenDraining(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if s.draining.Load() {
			c.Response().Header().Set(echo.HeaderConnection, "close")
		}
		return next(c)
	}
}

// observe answers errors and then records the outcome. The log line holds nothing that the client wrote except a sane request id: no
// path, query, header or body.
func (s *Server) observe(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		began := s.now()
		if err := next(c); err != nil {
			c.Error(err)
		}
		took := s.now().Sub(began)
		at, response := s.scope(c), c.Response()
		s.metrics.observe(at.operation, response.Status, took)
		s.logger.LogAttrs(c.Request().Context(), slog.LevelInfo, "request",
			slog.String("method", knownMethod(c.Request().Method)), slog.String("route", routeOf(c)), slog.Int(logging.StatusKey, response.Status),
			slog.Int64("bytes", response.Size), slog.Float64("duration_ms", float64(took.Microseconds())/1000),
			slog.String("client", at.client), slog.String("request_id", at.id), slog.String("server_request_id", at.serverID))
		return nil
	}
}

// knownMethod keeps unknown methods, which are the client's text, out of the log.
func knownMethod(method string) string {
	switch method {
	case http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions:
		return method
	}
	return "-"
}

func (s *Server) recoverPanic(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) (err error) {
		defer func() {
			switch cause := recover(); cause {
			case nil:
			case http.ErrAbortHandler:
				panic(cause) // net/http's way to abort a connection
			default:
				err = fmt.Errorf("panic: %v\n%s", cause, debug.Stack())
			}
		}()
		return next(c)
	}
}

// boundBody reads the whole body into bounded memory, so that later readers meet neither a limit nor a slow client.
func (s *Server) boundBody(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		at, request := s.scope(c), c.Request()
		if at.operation == nil {
			return next(c)
		}
		if at.operation.maxBody > maxBody {
			// Only customers who have signed in can send bodies this large. The check costs no query: see auth.Service.Authenticate.
			if _, err := s.callerOf(c, at); err != nil {
				return err
			}
		}
		body, err := io.ReadAll(http.MaxBytesReader(c.Response().Writer, request.Body, at.operation.maxBody))
		if (len(body) > 0 || err != nil) && !at.operation.hasBody {
			return invalidRequest(fieldError("", "this operation takes no body"))
		}
		if err != nil {
			return unreadable(err)
		}
		if len(body) > 0 && !isJSON(request.Header) {
			return &problem{code: "unsupported_media_type", detail: "Send the body as application/json."}
		}
		at.body, request.ContentLength = body, int64(len(body))
		return next(c)
	}
}

// pace gives large answers the time that a slow line needs.
func (s *Server) pace(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		c.Response().Writer = connections.Pace(c.Response().Writer, s.http.WriteTimeout)
		return next(c)
	}
}

func isJSON(header http.Header) bool {
	given := header.Get(echo.HeaderContentType)
	if given == echo.MIMEApplicationJSON {
		return true // what nearly all clients send
	}
	media, parameters, err := mime.ParseMediaType(given)
	charset, named := parameters["charset"]
	return err == nil && media == echo.MIMEApplicationJSON && (!named || strings.EqualFold(charset, "utf-8"))
}
