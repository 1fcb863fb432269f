package server

import (
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/bankingcore/bankcore/internal/auth"
	"github.com/bankingcore/bankcore/internal/bank"
)

// metrics are exported to Prometheus. Their labels come from the contract, so their number is bounded.
type metrics struct {
	registry *prometheus.Registry
	requests *prometheus.CounterVec
	duration *prometheus.HistogramVec
	// unreadable counts requests whose client address could not be read from X-Forwarded-For.
	unreadable prometheus.Counter
	// opsRefused counts requests for metrics and profiles from callers who are not allowed to see them.
	opsRefused prometheus.Counter
	// adminKeyRefused counts admin keys that were wrong, and those refused without being compared.
	adminKeyRefused *prometheus.CounterVec
	// refusedConnections counts connections beyond a bound.
	refusedConnections *prometheus.CounterVec
}

func newMetrics(signIns *auth.Counters, domain *bank.Counters, queued func() int) *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "bankcore_http_requests_total",
			Help: "Requests by operation and status; operation \"other\" is outside the contract.",
		}, []string{"operation", "status"}),
		duration: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name:    "bankcore_http_request_duration_seconds",
			Help:    "How long requests took, by operation.",
			Buckets: []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10},
		}, []string{"operation"}),
		unreadable: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "bankcore_forwarded_unreadable_total",
			Help: "Requests through a trusted proxy whose X-Forwarded-For does not hold the client's address.",
		}),
		opsRefused: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "bankcore_ops_refused_total",
			Help: "Requests for metrics and profiles without the metrics token, or over its limit.",
		}),
		adminKeyRefused: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "bankcore_admin_key_refused_total",
			Help: "Admin keys that were refused: wrong, or limited after too many wrong ones.",
		}, []string{"reason"}),
		refusedConnections: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "bankcore_connections_refused_total",
			Help: "Connections beyond a bound, by the bound: each was closed at once, or took the place of the oldest idle one.",
		}, []string{"bound"}),
	}
	count := func(name, help string, value func() int64) prometheus.Collector {
		return prometheus.NewCounterFunc(prometheus.CounterOpts{Name: name, Help: help}, func() float64 { return float64(value()) })
	}
	for _, reason := range []string{"wrong", "limited"} {
		m.adminKeyRefused.WithLabelValues(reason)
	}
	for _, bound := range []string{"address", "network", "total"} {
		m.refusedConnections.WithLabelValues(bound)
	}
	m.registry.MustRegister(
		collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
		m.requests, m.duration, m.unreadable, m.opsRefused, m.adminKeyRefused, m.refusedConnections,
		count("bankcore_logins_failed_total", "Wrong PINs, and sign-ins to accounts that do not exist.", signIns.LoginsFailed.Load),
		count("bankcore_accounts_locked_total", "Accounts locked after wrong PINs.", signIns.AccountsLocked.Load),
		count("bankcore_transfers_total", "Transfers carried out.", domain.Transfers.Load),
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Name: "bankcore_store_queue_depth", Help: "Writes that are waiting for their turn.",
		}, func() float64 { return float64(queued()) }),
	)
	return m
}

// openConnections adds the gauge of open connections.
func (m *metrics) openConnections(open func() int) {
	m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "bankcore_connections_open", Help: "Open connections of clients.",
	}, func() float64 { return float64(open()) }))
}

func (m *metrics) observe(o *operation, status int, took time.Duration) {
	id := "other"
	if o != nil {
		id = o.id
	}
	m.requests.WithLabelValues(id, strconv.Itoa(status)).Inc()
	m.duration.WithLabelValues(id).Observe(took.Seconds())
}

func (m *metrics) handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{})
}
