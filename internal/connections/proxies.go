package connections

import (
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// Proxies lists the networks of the proxies that we trust.
type Proxies []netip.Prefix

// Client returns the address at the far end of the proxies that we trust. From any other peer, X-Forwarded-For is only a claim.
// Each proxy appends the address that called it, so the list is read from its end, up to the first address that is not one of our
// proxies. If an entry is not an address, the proxy that wrote it stands for its clients, and readable is false.
func (p Proxies) Client(request *http.Request) (client netip.Addr, readable bool) {
	client = Peer(request)
	if !p.trust(client) {
		return client, true
	}
	entries := listed(request.Header, "X-Forwarded-For")
	if len(entries) == 0 {
		return client, !forwardedOtherwise(request.Header)
	}
	for _, entry := range slices.Backward(entries) {
		address, ok := parseForwarded(entry)
		if !ok {
			return client, false
		}
		client = address
		if !p.trust(client) {
			break
		}
	}
	return client, true
}

// listed returns the elements of a list header, from all its lines. Empty elements do not count (RFC 9110, section 5.6.1).
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

// forwardedOtherwise reports whether a proxy names its client in another header. We read none of those: a proxy that writes one
// of them passes the others on as the client sent them.
func forwardedOtherwise(header http.Header) bool {
	return header.Get("Forwarded") != "" || header.Get("X-Real-Ip") != ""
}

// parseForwarded parses an address as proxies write it: bare, with a port, in brackets, in quotes or with a zone.
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

// HTTPS reports whether the client speaks https, to us or to the first proxy. If several proxies have each added their own
// scheme, the first element is the client's.
func (p Proxies) HTTPS(request *http.Request) bool {
	if request.TLS != nil {
		return true
	}
	schemes := listed(request.Header, "X-Forwarded-Proto")
	return len(schemes) > 0 && strings.EqualFold(schemes[0], "https") && p.trust(Peer(request))
}

// Peer returns the address at the other end of the connection itself.
func Peer(request *http.Request) netip.Addr {
	peer, err := netip.ParseAddrPort(request.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	return peer.Addr().Unmap().WithZone("")
}

func (p Proxies) trust(address netip.Addr) bool {
	return slices.ContainsFunc(p, func(network netip.Prefix) bool { return network.Contains(address) })
}

// unreadableInterval is the minimum time between two log lines about forwarded addresses.
const unreadableInterval = time.Minute

// Unreadable counts requests whose forwarded address could not be read. It logs the first one at once, and then at most one
// line a minute. The line names the proxy and does not quote the header.
type Unreadable struct {
	total  prometheus.Counter
	logger *slog.Logger
	now    func() time.Time

	mu     sync.Mutex
	since  int // requests since the last line
	logged time.Time
}

// NewUnreadable returns a counter that adds to total.
func NewUnreadable(total prometheus.Counter, logger *slog.Logger, now func() time.Time) *Unreadable {
	return &Unreadable{total: total, logger: logger, now: now}
}

// Note counts a request from a proxy.
func (u *Unreadable) Note(proxy netip.Addr) {
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
