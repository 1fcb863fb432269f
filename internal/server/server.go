// Package server is the bank's HTTP face: it turns requests that fit the contract into calls of the bank, and what comes
// back into answers that fit it too.
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
	"github.com/bankingcore/bankcore/internal/bank"
)

// Config is what a Server needs. All fields but Limits, SharedLimits and those from BasePath on must be set.
type Config struct {
	Bank    *bank.Bank
	Ready   func(ctx context.Context) error // whether the database answers
	Queued  func() int                      // how many writes wait
	Pages   fs.FS                           // with the folders "app", "problems" and "swagger"
	Logger  *slog.Logger
	Now     func() time.Time // with a monotonic reading, for the limits
	Version string           // of the program
	Limits  Limits
	// SharedLimits counts in the bank's database, for all servers on it, instead of in this process for itself alone.
	SharedLimits bool

	BasePath string         // where the bank begins on its host, such as "/bank"; "" at the root
	Origins  []string       // of browser applications that may call the API, as browsers write them
	Proxies  []netip.Prefix // whose X-Forwarded-For and X-Forwarded-Proto count
	Debug    bool           // serves runtime profiles to operators
	Swagger  bool           // serves Swagger UI

	// MetricsToken opens metrics and profiles, or lists tokens, as bank.Secrets reads them; without one, they are for this
	// machine itself.
	MetricsToken string

	// SecurityContact is the URI that /.well-known/security.txt names; without one, there is no such file.
	SecurityContact string

	// DrainDelay is how long the server still takes requests once it is asked to stop, while /readyz tells load
	// balancers to go elsewhere.
	DrainDelay time.Duration
	// ConnectionsPerAddress bounds the open connections of a client, and its network's at eight times that; 0 means no bound.
	ConnectionsPerAddress int
	// Patience is how long a client may take nothing of its answer; 0 means 30 s.
	Patience time.Duration
}

// Server answers HTTP requests.
type Server struct {
	bank       *bank.Bank
	ready      func(ctx context.Context) error
	logger     *slog.Logger
	now        func() time.Time
	version    api.Version
	base       string
	origins    []string
	proxies    []netip.Prefix
	debug      bool
	swagger    bool
	operations map[string]*operation
	metrics    *metrics
	bounds     *connections
	unreadable *unreadableForwards
	crossSite  *http.CrossOriginProtection
	http       *http.Server
	ops        *http.Server
	draining   atomic.Bool
	drainDelay time.Duration

	metricsToken  bank.SecretSet // none without METRICS_TOKEN
	metricsTokens *rateLimiter   // that are presented, by address
	adminKeys     *adminKeyGuard

	securityContact string
}

// New returns a server that does not listen yet.
func New(config Config) (*Server, error) {
	spec, err := loadSpec()
	if err != nil {
		return nil, err
	}
	registerDecoder()
	s := &Server{
		bank:       config.Bank,
		ready:      config.Ready,
		logger:     config.Logger,
		now:        config.Now,
		version:    versionOf(config.Version, spec.Info.Version),
		base:       config.BasePath,
		origins:    config.Origins,
		proxies:    config.Proxies,
		debug:      config.Debug,
		swagger:    config.Swagger,
		drainDelay: config.DrainDelay,
		metrics:    newMetrics(&config.Bank.Counters, config.Queued),
		crossSite:  http.NewCrossOriginProtection(),

		metricsTokens: newRateLimiter("metrics token", metricsTokenLimit, limiterCapacity, config.Now),

		securityContact: config.SecurityContact,
	}
	if config.MetricsToken != "" {
		s.metricsToken = bank.NewSecretSet(config.MetricsToken)
	}
	s.adminKeys = newAdminKeyGuard(config.Limits.AdminKey, config.Now)
	s.bounds = newConnections(config.ConnectionsPerAddress, s.trusts, s.metrics.refusedConnections)
	s.metrics.openConnections(s.bounds.count)
	s.unreadable = &unreadableForwards{total: s.metrics.unreadable, logger: config.Logger, now: config.Now}
	if s.operations, err = operationsOf(spec, s.limiters(config.Limits, config.SharedLimits)); err != nil {
		return nil, fmt.Errorf("the contract: %w", err)
	}
	e := echo.New()
	e.HTTPErrorHandler = s.handleError
	e.Use(s.middleware()...)
	api.RegisterHandlers(e, api.NewStrictHandler(s, []api.StrictMiddlewareFunc{s.recordStaff}))
	if err := s.pages(e, config.Pages); err != nil {
		return nil, err
	}
	if err := checkBase(config.BasePath, e.Routes()); err != nil {
		return nil, err
	}
	s.http = &http.Server{
		Handler: answerHead(below(config.BasePath, e)),
		// net/http would answer "OPTIONS *" itself, past all middleware.
		DisableGeneralOptionsHandler: true,

		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       10 * time.Second,
		WriteTimeout:      cmp.Or(config.Patience, defaultPatience), // of a small answer; see pace for others
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    16 << 10,
		ConnContext:       boundSendBuffer,
		ConnState:         s.bounds.follow,
		HTTP2:             &http.HTTP2Config{WriteByteTimeout: cmp.Or(config.Patience, defaultPatience)},
		ErrorLog:          slog.NewLogLogger(config.Logger.Handler(), slog.LevelWarn),
	}
	s.ops = s.newOps(config.Logger, config.Patience)
	return s, nil
}

// answerHead lets HEAD be asked wherever GET can (RFC 9110, section 9.1): the request goes the way of a GET, and net/http,
// which has kept the original, leaves the body out.
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

// drainTimeout bounds how long requests that are under way may take once the server is asked to stop.
const drainTimeout = 25 * time.Second

// Serve answers requests from a listener until ctx ends. It then reports itself not ready, takes no new requests after the
// drain delay, finishes those under way, and returns. With a tlsConfig it speaks TLS.
func (s *Server) Serve(ctx context.Context, listener net.Listener, tlsConfig *tls.Config) error {
	s.http.TLSConfig = tlsConfig
	listener = &boundedListener{listener, s.bounds}
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
