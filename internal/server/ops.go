package server

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/pprof"
	"net/netip"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/bankingcore/bankcore/internal/api"
	"github.com/bankingcore/bankcore/internal/connections"
	"github.com/bankingcore/bankcore/internal/ratelimit"
)

// metricsTokenLimit bounds how often one address may present a token, right or wrong. Prometheus scrapes four times a minute.
var metricsTokenLimit = ratelimit.Limit{Requests: 60, Window: time.Minute}

// newOps returns the operators' HTTP server. It has a listener of its own, so that a proxy in front of the bank can never publish
// metrics and profiles, which reveal what customers do.
func (s *Server) newOps(logger *slog.Logger, patience time.Duration) *http.Server {
	e := echo.New()
	e.HTTPErrorHandler = s.handleError
	e.Use(s.identify, s.secureHeaders, s.observe, s.recoverPanic)
	probes := api.NewStrictHandler(s, nil)
	e.GET("/healthz", probes.Health)
	e.GET("/readyz", probes.Ready)
	e.GET("/metrics", echo.WrapHandler(s.metrics.handler()), s.operatorsOnly)
	if s.debug {
		profiles(e.Group("/debug/pprof", s.operatorsOnly))
	}
	return &http.Server{
		Handler:                      answerHead(e),
		DisableGeneralOptionsHandler: true,

		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       10 * time.Second,
		WriteTimeout:      cmp.Or(patience, connections.DefaultPatience), // a longer profile extends its own deadline
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    16 << 10,
		ErrorLog:          slog.NewLogLogger(logger.Handler(), slog.LevelWarn),
	}
}

// ServeOps answers operators from a listener until ctx ends. It is independent of Serve, so that /readyz still answers while the
// server drains.
func (s *Server) ServeOps(ctx context.Context, listener net.Listener) error {
	stop := context.AfterFunc(ctx, func() { _ = s.ops.Close() })
	defer stop()
	if err := s.ops.Serve(listener); ctx.Err() == nil {
		return fmt.Errorf("serve operators: %w", err)
	}
	return nil
}

// operatorsOnly admits holders of METRICS_TOKEN or, if there is none, callers on this machine. The admin key is not accepted: a
// monitoring system needs no key to all customers' accounts.
func (s *Server) operatorsOnly(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if err := s.checkOperator(c); err != nil {
			s.metrics.opsRefused.Inc()
			return err
		}
		return next(c)
	}
}

func (s *Server) checkOperator(c echo.Context) error {
	request := c.Request()
	if s.metricsToken == nil {
		if !fromThisMachine(request) {
			return &problem{code: "forbidden", detail: "Without METRICS_TOKEN, this is available only from this machine."}
		}
		return nil
	}
	// The limit comes before the comparison, so that an address gets no more guesses than the limit.
	if admission := s.metricsTokens.Take(ratelimit.ByAddress(s.scope(c).address)); !admission.Accepted {
		return tooManyRequests(retryAfter(admission))
	}
	scheme, token, _ := strings.Cut(request.Header.Get(echo.HeaderAuthorization), " ")
	if !strings.EqualFold(scheme, "Bearer") || !s.metricsToken.Hold(token) {
		return &problem{code: "unauthenticated", detail: `Send the metrics token, as "Authorization: Bearer ...".`}
	}
	return nil
}

// fromThisMachine reports whether a request comes from this machine and is addressed to it. It may not come through a proxy here, nor
// from another host's page in a browser here, which can make its name resolve to a loopback address.
func fromThisMachine(request *http.Request) bool {
	for name := range request.Header {
		if strings.HasPrefix(name, "X-Forwarded-") || name == "Forwarded" || name == "X-Real-Ip" || name == "Via" {
			return false
		}
	}
	host := request.Host
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	address, err := netip.ParseAddr(strings.Trim(host, "[]"))
	local := host == "localhost" || (err == nil && address.IsLoopback())
	return local && connections.Peer(request).IsLoopback()
}

// profiles serves runtime profiles (DEBUG).
func profiles(group *echo.Group) {
	group.GET("/cmdline", echo.WrapHandler(http.HandlerFunc(pprof.Cmdline)))
	group.GET("/profile", echo.WrapHandler(http.HandlerFunc(pprof.Profile)))
	group.GET("/symbol", echo.WrapHandler(http.HandlerFunc(pprof.Symbol)))
	group.GET("/trace", echo.WrapHandler(http.HandlerFunc(pprof.Trace)))
	group.GET("/*", echo.WrapHandler(http.HandlerFunc(pprof.Index)))
}
