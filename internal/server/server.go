// Package server is the bank's HTTP interface. It turns requests that match the contract into calls of the packages auth and bank, and
// their results into responses that match it too.
package server

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"sync/atomic"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/bankingcore/bankcore/internal/api"
	"github.com/bankingcore/bankcore/internal/auth"
	"github.com/bankingcore/bankcore/internal/bank"
	"github.com/bankingcore/bankcore/internal/connections"
	"github.com/bankingcore/bankcore/internal/contract"
	"github.com/bankingcore/bankcore/internal/credentials"
	"github.com/bankingcore/bankcore/internal/ratelimit"
	"github.com/bankingcore/bankcore/internal/reports"
	"github.com/bankingcore/bankcore/internal/site"
)

// Config configures a Server. All fields but AdminKeyLimit, SharedLimits and those from BasePath on must be set.
type Config struct {
	Auth    *auth.Service                   // authenticates callers
	Bank    *bank.Bank                      // on the same store
	Reports *reports.Service                // on the same store
	Ready   func(ctx context.Context) error // whether the database answers
	Queued  func() int                      // how many writes wait
	Pages   fs.FS                           // with the folders "app", "problems" and "swagger"
	Logger  *slog.Logger
	Now     func() time.Time // with a monotonic reading, for the limits
	Version string           // of the program
	Limits  ratelimit.Limits
	// AdminKeyLimit is how many wrong admin keys are compared for one address.
	AdminKeyLimit ratelimit.Limit
	// SharedLimits counts requests in the bank's database, for all servers on it, instead of in this process only.
	SharedLimits bool

	BasePath string         // the bank's path on its host, such as "/bank"; "" at the root
	Origins  []string       // of browser applications that may call the API, as browsers write them
	Proxies  []netip.Prefix // whose X-Forwarded-For and X-Forwarded-Proto count
	Debug    bool           // serves runtime profiles to operators
	Swagger  bool           // serves Swagger UI

	// MetricsToken opens metrics and profiles. It may be a list of tokens, as credentials.Secrets reads it. Without it, they are only
	// for this machine.
	MetricsToken string

	// SecurityContact is the URI that /.well-known/security.txt names; if empty, there is no such file.
	SecurityContact string

	// DrainDelay is how long the server still accepts requests after it is told to stop, while /readyz tells load balancers to go elsewhere.
	DrainDelay time.Duration
	// ConnectionsPerAddress bounds the open connections of a client, and eight times as many of its network; 0 means no bound.
	ConnectionsPerAddress int
	// Patience is how long a client may stall while it reads its answer; 0 means 30 s.
	Patience time.Duration
}

// Server answers HTTP requests.
type Server struct {
	auth       *auth.Service
	bank       *bank.Bank
	reports    *reports.Service
	ready      func(ctx context.Context) error
	logger     *slog.Logger
	now        func() time.Time
	version    api.Version
	base       string
	origins    []string
	proxies    connections.Proxies
	debug      bool
	site       *site.Site
	limits     ratelimit.Limits
	operations map[operationKey]*operation
	metrics    *metrics
	bounds     *connections.Bounds
	unreadable *connections.Unreadable
	crossSite  *http.CrossOriginProtection
	http       *http.Server
	ops        *http.Server
	draining   atomic.Bool
	drainDelay time.Duration

	metricsToken  credentials.SecretSet // nil without METRICS_TOKEN
	metricsTokens *ratelimit.Table      // presented tokens, by address
	adminKeys     *adminKeyGuard
	clientLimits  *clientLimits
}

// New returns a server that is not listening yet.
func New(config Config) (*Server, error) {
	spec, err := contract.Load()
	if err != nil {
		return nil, err
	}
	s := &Server{
		auth:       config.Auth,
		bank:       config.Bank,
		reports:    config.Reports,
		ready:      config.Ready,
		logger:     config.Logger,
		now:        config.Now,
		version:    versionOf(config.Version, spec.Info.Version),
		base:       config.BasePath,
		origins:    config.Origins,
		proxies:    config.Proxies,
		debug:      config.Debug,
		limits:     config.Limits,
		drainDelay: config.DrainDelay,
		metrics:    newMetrics(&config.Auth.Counters, &config.Bank.Counters, config.Queued),
		crossSite:  http.NewCrossOriginProtection(),

		metricsTokens: ratelimit.NewTable("metrics token", metricsTokenLimit, ratelimit.Capacity, config.Now),
	}
	if config.MetricsToken != "" {
		s.metricsToken = credentials.NewSecretSet(config.MetricsToken)
	}
	s.adminKeys = newAdminKeyGuard(config.AdminKeyLimit, config.Now)
	s.clientLimits = newClientLimits(config.Now)
	s.bounds = connections.NewBounds(config.ConnectionsPerAddress, s.proxies, s.metrics.refusedConnections)
	s.metrics.openConnections(s.bounds.Count)
	s.unreadable = connections.NewUnreadable(s.metrics.unreadable, config.Logger, config.Now)
	limiters, err := s.limiters(config.Limits, config.SharedLimits)
	if err != nil {
		return nil, err
	}
	if s.operations, err = operationsOf(spec, limiters); err != nil {
		return nil, fmt.Errorf("the contract: %w", err)
	}
	e := echo.New()
	e.HTTPErrorHandler = s.handleError
	e.Use(inOneChain(s.middleware()))
	api.RegisterHandlers(e, api.NewStrictHandler(s, []api.StrictMiddlewareFunc{s.recordStaff}))
	if s.site, err = s.newSite(&config); err != nil {
		return nil, err
	}
	mount(e, s.site)
	if err := checkBase(config.BasePath, e.Routes()); err != nil {
		return nil, err
	}
	s.http = &http.Server{
		Handler: answerHead(stripBase(config.BasePath, e)),
		// net/http would answer "OPTIONS *" itself, without the middleware.
		DisableGeneralOptionsHandler: true,

		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       10 * time.Second,
		WriteTimeout:      cmp.Or(config.Patience, connections.DefaultPatience), // of a small answer; see pace for others
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    16 << 10,
		ConnContext:       connections.BoundSendBuffer,
		ConnState:         s.bounds.Follow,
		HTTP2:             &http.HTTP2Config{WriteByteTimeout: cmp.Or(config.Patience, connections.DefaultPatience)},
		ErrorLog:          slog.NewLogLogger(config.Logger.Handler(), slog.LevelWarn),
	}
	s.ops = s.newOps(config.Logger, config.Patience)
	return s, nil
}

// answerHead accepts HEAD wherever GET is accepted (RFC 9110, section 9.1): the request is handled as a GET, and net/http, which has
// kept the original, leaves out the body.
func answerHead(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodHead {
			asGet := *r
			asGet.Method = http.MethodGet
			r = &asGet
		}
		next.ServeHTTP(w, r)
	})
}

// drainTimeout bounds how long requests in progress may take after the server is told to stop.
const drainTimeout = 25 * time.Second

// Serve answers requests from a listener until ctx ends. It then reports that it is not ready, stops accepting requests after the
// drain delay, finishes those in progress, and returns. With a tlsConfig it speaks TLS.
func (s *Server) Serve(ctx context.Context, listener net.Listener, tlsConfig *tls.Config) error {
	s.http.TLSConfig = tlsConfig
	listener = s.bounds.Listener(listener)
	ended := make(chan error, 1)
	go func() {
		if tlsConfig != nil {
			ended <- s.http.ServeTLS(listener, "", "")
			return
		}
		ended <- s.http.Serve(listener)
	}()
	select {
	case err := <-ended:
		return fmt.Errorf("serve: %w", err)
	case <-ctx.Done():
	}
	s.draining.Store(true)
	select {
	case err := <-ended:
		return fmt.Errorf("serve: %w", err)
	case <-time.After(s.drainDelay):
	}
	deadline, cancel := context.WithTimeout(context.WithoutCancel(ctx), drainTimeout)
	defer cancel()
	if err := s.http.Shutdown(deadline); err != nil {
		return errors.Join(fmt.Errorf("drain: %w", err), s.http.Close())
	}
	return nil
}
