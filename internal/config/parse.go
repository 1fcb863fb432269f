package config

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/bankingcore/bankcore/internal/ledger"
	"github.com/bankingcore/bankcore/internal/ratelimit"
)

// validAddress accepts port 0 (any free port), which tests use, and an empty host (every interface).
func validAddress(addr string) bool {
	host, port, err := net.SplitHostPort(addr)
	if err != nil || strings.ContainsFunc(host, func(r rune) bool { return r <= ' ' || r >= 0x7f || r == '/' }) {
		return false
	}
	_, err = strconv.ParseUint(port, 10, 16)
	return err == nil
}

// isLoopback reports whether only this machine can reach an address. A name other than localhost may later resolve to
// another machine.
func isLoopback(addr string) bool {
	host, _, err := net.SplitHostPort(addr)
	ip, parseErr := netip.ParseAddr(host)
	return err == nil && (host == "localhost" || (parseErr == nil && ip.IsLoopback()))
}

// Origins are as browsers write them: in lower case, and without the port that their scheme implies.
type Origins []string

var wellFormedOrigin = regexp.MustCompile(`^[a-z][a-z0-9+.-]*://([a-z0-9._-]+|\[[0-9a-f:.]+\])(:[0-9]{1,5})?$`)

// parseOrigins accepts only whole origins: a pattern would let in more than was meant, and so would "null", which all pages
// of unknown origin share.
func parseOrigins(text string) (any, error) {
	var all Origins
	for item := range strings.SplitSeq(strings.ToLower(text), ",") {
		item = strings.TrimSpace(item)
		if !wellFormedOrigin.MatchString(item) || strings.HasPrefix(item, "file:") {
			return nil, errors.New("expected whole origins separated by commas, such as https://shop.example,http://localhost:3000")
		}
		for scheme, port := range map[string]string{"http:": ":80", "https:": ":443"} {
			if strings.HasPrefix(item, scheme) {
				item = strings.TrimSuffix(item, port)
			}
		}
		all = append(all, item)
	}
	return all, nil
}

// plainPath matches paths of characters that no proxy, browser or cookie encodes.
var plainPath = regexp.MustCompile(`^(/[A-Za-z0-9_-][A-Za-z0-9._~-]*)*$`)

func validBasePath(path string) bool { return plainPath.MatchString(path) }

// validContact accepts the two kinds of URI that a person can follow. url.Parse refuses line breaks, which would add lines
// to security.txt.
func validContact(contact string) bool {
	uri, err := url.Parse(contact)
	if err != nil || strings.ContainsFunc(contact, unicode.IsSpace) {
		return false
	}
	return uri.Scheme == "https" && uri.Host != "" || uri.Scheme == "mailto" && strings.Contains(strings.Trim(uri.Opaque, "@"), "@")
}

func parseBool(text string) (any, error) {
	value, err := strconv.ParseBool(text)
	if err != nil {
		return nil, errors.New("expected true or false")
	}
	return value, nil
}

// parseLimit reads "N/1m", or "off" as the zero Limit. Other windows are refused because the contract promises a
// window of 60 seconds in RateLimit-Policy.
func parseLimit(text string) (any, error) {
	if text == "off" {
		return ratelimit.Limit{}, nil
	}
	count, window, _ := strings.Cut(text, "/")
	requests, err := strconv.ParseUint(count, 10, 16)
	wellFormed := err == nil && count[0] != '0' && (window == "1m" || window == "60s")
	if !wellFormed || requests > maxLimit {
		return nil, fmt.Errorf("expected N/1m with N from 1 to %d, or off", maxLimit)
	}
	return ratelimit.Limit{Requests: int(requests), Window: time.Minute}, nil
}

// parseLimits returns the limits of the contract, as given or by default.
func parseLimits(given map[string]string) (ratelimit.Limits, error) {
	limits := ratelimit.Limits{}
	for _, d := range ratelimit.Definitions() {
		limits[d.Name] = d.Default
		text, set := given[LimitVariable(d.Name)]
		if !set {
			continue
		}
		limit, err := parseLimit(text)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", LimitVariable(d.Name), err)
		}
		limits[d.Name] = limit.(ratelimit.Limit)
	}
	return limits, nil
}

// ConnectionBound is a number of connections; 0 for no bound.
type ConnectionBound int

// parseConnectionBound accepts no fewer connections than a browser opens at once.
func parseConnectionBound(text string) (any, error) {
	if text == "off" {
		return ConnectionBound(0), nil
	}
	bound, err := strconv.ParseUint(text, 10, 16)
	if err != nil || bound < 8 || bound > 8192 || text[0] == '0' {
		return nil, errors.New("expected a number from 8 to 8192, or off")
	}
	return ConnectionBound(bound), nil
}

// Amount is money in the minor unit; 0 for none.
type Amount ledger.Money

func parseAmount(text string) (any, error) {
	amount, err := strconv.ParseUint(text, 10, 63)
	if err != nil || amount > uint64(ledger.MaxAmount) {
		return nil, errors.New("expected an amount in the minor unit, at most 1000000000000, or 0 for none")
	}
	return Amount(amount), nil
}

// parseProxies reads CIDRs and bare addresses. IPv4 written as IPv6 (::ffff:10.0.0.0/104) is refused, because peers
// are compared in their IPv4 form and it would never match.
func parseProxies(text string) (any, error) {
	var proxies []netip.Prefix
	for item := range strings.SplitSeq(text, ",") {
		item = strings.TrimSpace(item)
		prefix, err := netip.ParsePrefix(item)
		if addr, addrErr := netip.ParseAddr(item); addrErr == nil && addr.Zone() == "" {
			prefix, err = addr.Prefix(addr.BitLen())
		}
		if err != nil || prefix.Addr().Is4In6() {
			return nil, errors.New("expected addresses or CIDRs separated by commas, such as 10.0.0.0/8,192.0.2.7")
		}
		proxies = append(proxies, prefix.Masked())
	}
	return proxies, nil
}

// zoneName excludes files that systems keep beside the zones, such as "localtime" and "right/UTC": browsers do not know them.
var zoneName = regexp.MustCompile(`^[A-Z][A-Za-z0-9_+/-]*$`)

// parseTimeZone refuses "Local", which is a different zone on each machine.
func parseTimeZone(name string) (any, error) {
	zone, err := time.LoadLocation(name)
	if err != nil || zone == time.Local || !zoneName.MatchString(name) {
		return nil, errors.New("expected a name of the IANA time zone database, such as Europe/Zurich")
	}
	return *zone, nil
}
