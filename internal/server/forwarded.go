package server

import (
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/prometheus/client_golang/prometheus"
)

// clientAddress is the address at the far end of the proxies that we trust; of anybody else, X-Forwarded-For is only a
// claim. Each proxy appends the address that it was called from, so the list is read from its end, up to the first address
// that is no proxy of ours. Where an entry has no address, the proxy that wrote it stands for its clients, and readable is
// false.
func (s *Server) clientAddress(request *http.Request) (client netip.Addr, readable bool) {
	client = peerAddress(request)
	if !s.trusts(client) {
		return client, true
	}
	entries := listed(request.Header, echo.HeaderXForwardedFor)
	if len(entries) == 0 {
		return client, !forwardedOtherwise(request.Header)
	}
	for _, entry := range slices.Backward(entries) {
		address, ok := parseForwarded(entry)
		if !ok {
			return client, false
		}
		client = address
		if !s.trusts(client) {
			break
		}
	}
	return client, true
}

// listed returns the elements of a header that is a list, from all its lines; an empty element does not count (RFC 9110,
// section 5.6.1).
func listed(header http.Header, name string) []string {
	var elements []string
	for _, line := range header.Values(name) {
		for element := range strings.SplitSeq(line, ",") {
			if element = strings.TrimSpace(element); element != "" {
				elements = append(elements, element)
			}
		}
	}
	return elements
}

// forwardedOtherwise reports whether a proxy names its client in another header alone. None of those is read: a proxy that
// writes one of them passes the others on as the client sent them.
func forwardedOtherwise(header http.Header) bool {
	return header.Get("Forwarded") != "" || header.Get(echo.HeaderXRealIP) != ""
}

// parseForwarded reads an address as proxies write it: bare, with a port, in brackets, in quotes, with a zone.
func parseForwarded(entry string) (netip.Addr, bool) {
	entry = strings.Trim(entry, `"`)
	if host, _, err := net.SplitHostPort(entry); err == nil {
		entry = host
	} else if bare, found := strings.CutPrefix(entry, "["); found && strings.HasSuffix(bare, "]") {
		entry = strings.TrimSuffix(bare, "]")
	}
	address, err := netip.ParseAddr(entry)
	return address.Unmap().WithZone(""), err == nil
}

// isHTTPS reports whether the client speaks https, to us or to the first proxy. Where several proxies have each added what
// they were called by, the first element is the client's.
func (s *Server) isHTTPS(request *http.Request) bool {
	if request.TLS != nil {
		return true
	}
	schemes := listed(request.Header, echo.HeaderXForwardedProto)
	return len(schemes) > 0 && strings.EqualFold(schemes[0], "https") && s.trusts(peerAddress(request))
}

// peerAddress is the other end of the connection itself.
func peerAddress(request *http.Request) netip.Addr {
	peer, err := netip.ParseAddrPort(request.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	return peer.Addr().Unmap().WithZone("")
}

func (s *Server) trusts(address netip.Addr) bool {
	for _, proxies := range s.proxies {
		if proxies.Contains(address) {
			return true
		}
	}
	return false
}

// unreadableInterval is the least time between two log lines about forwarded addresses.
const unreadableInterval = time.Minute

// unreadableForwards counts requests whose forwarded address could not be read. It logs the first one at once, and then at most a
// line a minute. The line names the proxy and repeats nothing of the header.
type unreadableForwards struct {
	total  prometheus.Counter
	logger *slog.Logger
	now    func() time.Time

	mu     sync.Mutex
	since  int // requests since the last line
	logged time.Time
}

func (u *unreadableForwards) note(proxy netip.Addr) {
	u.total.Inc()
	u.mu.Lock()
	defer u.mu.Unlock()
	u.since++
	now := u.now()
	if !u.logged.IsZero() && now.Sub(u.logged) < unreadableInterval {
		return
	}
	u.logger.Warn("cannot read the client's address in X-Forwarded-For: these clients share the rate limits of their proxy",
		"proxy", proxy.String(), "requests", u.since)
	u.since, u.logged = 0, now
}
