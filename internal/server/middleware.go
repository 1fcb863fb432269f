package server

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/netip"
	"regexp"
	"runtime/debug"
	"strings"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"
	echomiddleware "github.com/labstack/echo/v4/middleware"

	"github.com/bankingcore/bankcore/internal/bank"
)

// maxBody bounds the body of a request, in bytes; the contract's own largest takes less than 3,000.
const maxBody = 16 << 10

// middleware is the way of every request, from the outside in. The handlers come after it, and their errors return through
// it untouched.
func (s *Server) middleware() []echo.MiddlewareFunc {
	return []echo.MiddlewareFunc{
		s.identify,          // request id, client address, operation
		s.secureHeaders,     // on every answer, whatever becomes of it
		s.closeWhenDraining, // from a server that is about to stop
		s.observe,           // log and metrics; answers errors
		s.allowOrigins(),    // of browser applications elsewhere; answers their preflight requests
		s.recoverPanic,      // a panic is an error like any other
		s.refuseEarly,       // who is over a limit, before anything that costs
		s.boundBody,         // size and media type
		s.pace,              // the deadline of large answers
		s.validate,          // against the contract
		s.limitByAddress,    // counts what fits it, before a secret is compared
		s.authenticate,      // as the contract's security schemes say
		s.limitByAccount,
		packCurrencies(),
	}
}

// packCurrencies compresses the one long answer that the dashboard needs before it shows anything. Answers that hold what a
// caller sent beside what is secret are never compressed: their length would tell of the secret.
func packCurrencies() echo.MiddlewareFunc {
	return echomiddleware.GzipWithConfig(echomiddleware.GzipConfig{Skipper: func(c echo.Context) bool { return c.Path() != "/currencies" }})
}

// scope is what is known of a request on its way.
type scope struct {
	id        string // that the answer carries; the caller's own, if it is sane
	serverID  string // always ours, and unique
	address   netip.Addr
	https     bool       // between the client and us, or the proxy that we trust
	operation *operation // nil outside the contract
	caller    bank.Caller
	request   *http.Request // for cookies and origin
	header    http.Header   // of the answer, for cookies: generated code sets one at most
}

type scopeKey struct{}

func scopeOf(ctx context.Context) *scope {
	at, _ := ctx.Value(scopeKey{}).(*scope)
	return at
}

func (s *Server) scope(c echo.Context) *scope { return scopeOf(c.Request().Context()) }

// requestID and routeOf also serve answers to requests that went wrong before they were identified.
func requestID(c echo.Context) string { return c.Response().Header().Get(echo.HeaderXRequestID) }

func serverRequestID(c echo.Context) string {
	if at := scopeOf(c.Request().Context()); at != nil {
		return at.serverID
	}
	return ""
}

// routeOf is the path's pattern: a path itself may hold what somebody put there by mistake.
func routeOf(c echo.Context) string {
	if c.Path() == "" {
		return "-"
	}
	return c.Path()
}

// saneRequestID is what a caller may send as X-Request-Id without harm to a log or a header.
var saneRequestID = regexp.MustCompile(`^[A-Za-z0-9._:-]{1,128}$`)

func (s *Server) identify(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		request := c.Request()
		address, readable := s.clientAddress(request)
		if !readable {
			s.unreadable.note(address)
		}
		at := &scope{
			id:        request.Header.Get(echo.HeaderXRequestID),
			address:   address,
			https:     s.isHTTPS(request),
			operation: s.operations[operationKey(request.Method, c.Path())],
			header:    c.Response().Header(),
		}
		at.serverID = uuid.Must(uuid.NewV7()).String()
		if !saneRequestID.MatchString(at.id) {
			at.id = at.serverID
		}
		at.caller = bank.Caller{Address: at.address.String(), UserAgent: request.UserAgent(), RequestID: at.id, ServerRequestID: at.serverID}
		if at.operation != nil {
			at.caller.Operation = at.operation.id
		}
		at.request = request.WithContext(context.WithValue(request.Context(), scopeKey{}, at))
		c.SetRequest(at.request)
		c.Response().Header().Set(echo.HeaderXRequestID, at.id)
		return next(c)
	}
}

func (s *Server) secureHeaders(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		header := c.Response().Header()
		// Nothing that we answer is a page unless its handler says so.
		header.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'")
		header.Set("X-Frame-Options", "DENY")
		header.Set("X-Content-Type-Options", "nosniff")
		header.Set("Referrer-Policy", "no-referrer")
		header.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()")
		header.Set("Cross-Origin-Opener-Policy", "same-origin")
		header.Set("Cross-Origin-Resource-Policy", "same-origin")
		header.Set("Cache-Control", "no-store")
		if s.scope(c).https {
			header.Set("Strict-Transport-Security", "max-age=31536000")
		}
		return next(c)
	}
}

// closeWhenDraining closes each connection with its answer once the server drains. Else a client that keeps its connection may send
// its next request just as Shutdown closes it for being idle, and would not know what became of it.
func (s *Server) closeWhenDraining(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if s.draining.Load() {
			c.Response().Header().Set(echo.HeaderConnection, "close")
		}
		return next(c)
	}
}

// observe answers errors and then notes the outcome. The log line holds nothing that the client wrote but its sane request
// id: no path, query, header or body.
func (s *Server) observe(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		began := s.now()
		if err := next(c); err != nil {
			c.Error(err)
		}
		took := s.now().Sub(began)
		at, response := s.scope(c), c.Response()
		s.metrics.observe(at.operation, response.Status, took)
		s.logger.InfoContext(c.Request().Context(), "request",
			"method", knownMethod(c.Request().Method), "route", routeOf(c), "status", response.Status,
			"bytes", response.Size, "duration_ms", float64(took.Microseconds())/1000,
			"client", at.address.String(), "request_id", at.id, "server_request_id", at.serverID)
		return nil
	}
}

// knownMethod keeps words that are no method out of the log.
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
				panic(cause) // net/http's own way of hanging up
			default:
				err = fmt.Errorf("panic: %v\n%s", cause, debug.Stack())
			}
		}()
		return next(c)
	}
}

// boundBody reads the body once, into memory that is bounded, so that whoever reads it later meets neither a limit nor a
// slow client.
func (s *Server) boundBody(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		at, request := s.scope(c), c.Request()
		if at.operation == nil {
			return next(c)
		}
		body, err := io.ReadAll(http.MaxBytesReader(c.Response().Writer, request.Body, maxBody))
		if (len(body) > 0 || err != nil) && !at.operation.hasBody {
			return invalidRequest(fieldError("", "this operation takes no body"))
		}
		if err != nil {
			return unreadable(err)
		}
		if len(body) > 0 && !isJSON(request.Header) {
			return &problem{code: "unsupported_media_type", detail: "Send the body as application/json."}
		}
		request.Body, request.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
		return next(c)
	}
}

func isJSON(header http.Header) bool {
	media, parameters, err := mime.ParseMediaType(header.Get(echo.HeaderContentType))
	charset, named := parameters["charset"]
	return err == nil && media == echo.MIMEApplicationJSON && (!named || strings.EqualFold(charset, "utf-8"))
}
