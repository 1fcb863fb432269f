package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"net/netip"
	"net/url"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/caarlos0/env/v11"

	"github.com/bankingcore/bankcore/internal/bank"
	"github.com/bankingcore/bankcore/internal/ratelimit"
	"github.com/bankingcore/bankcore/internal/store"
)

// config holds every setting of the service. It is read once, at the start, and printing it in any way shows no secret.
// An empty variable is refused, because it is nearly always a mistake in a deployment script, unless its field says
// `empty:"allowed"`, or `empty:"default"` where the default does no harm.
type config struct {
	Addr string `env:"ADDR"         envDefault:"127.0.0.1:5000"`
	// OpsAddr is where operators read metrics and profiles; "off" starts no listener for them.
	OpsAddr     string      `env:"OPS_ADDR"     envDefault:"127.0.0.1:5001"`
	DatabaseURL databaseURL `env:"DATABASE_URL" envDefault:"sqlite:data/bankcore.db"`
	Currency    string      `env:"CURRENCY"     envDefault:"USD"`
	// MigrateDatabaseURL is the same database, as the role that owns its tables; empty if the server's role does.
	MigrateDatabaseURL databaseURL `env:"MIGRATE_DATABASE_URL" empty:"allowed"`
	// TimeZone decides when the bank's days and months begin.
	TimeZone *time.Location `env:"BANK_TIMEZONE" envDefault:"UTC"`

	// The three secrets may be absent here; ensureSecrets then finds or generates them.
	SecretKey secret `env:"SECRET_KEY"`
	AdminKey  secret `env:"ADMIN_KEY"`
	PINPepper secret `env:"PIN_PEPPER"`

	// MetricsToken grants access to metrics and profiles; without one, only this machine can read them.
	MetricsToken secret `env:"METRICS_TOKEN" empty:"allowed"`

	// Openings says who opens accounts: anyone, code or staff.
	Openings string `env:"OPENINGS" envDefault:"anyone"`

	// SessionIdle and SessionIdleStaff are how long sessions of customers and of administrators may go unused.
	SessionIdle      idleLimit `env:"SESSION_IDLE"       envDefault:"12h"`
	SessionIdleStaff idleLimit `env:"SESSION_IDLE_STAFF" envDefault:"30m"`
	// StaffSecondFactor says whether administrators need a second factor and a PIN of 8 digits or more: "on" or "off".
	StaffSecondFactor string `env:"STAFF_SECOND_FACTOR" envDefault:"on"`

	RateLimitRegister  ratelimit.Limit `env:"RATE_LIMIT_REGISTER" envDefault:"10/1m"`
	RateLimitDeposit   ratelimit.Limit `env:"RATE_LIMIT_DEPOSIT"  envDefault:"20/1m"`
	RateLimitWithdraw  ratelimit.Limit `env:"RATE_LIMIT_WITHDRAW" envDefault:"20/1m"`
	RateLimitTransfer  ratelimit.Limit `env:"RATE_LIMIT_TRANSFER" envDefault:"5/1m"`
	RateLimitLogin     ratelimit.Limit `env:"RATE_LIMIT_LOGIN"    envDefault:"5/1m"`
	RateLimitRefresh   ratelimit.Limit `env:"RATE_LIMIT_REFRESH"  envDefault:"10/1m"`
	RateLimitPayee     ratelimit.Limit `env:"RATE_LIMIT_PAYEE"    envDefault:"20/1m"`
	RateLimitStatement ratelimit.Limit `env:"RATE_LIMIT_STATEMENT" envDefault:"10/1m"`
	RateLimitRead      ratelimit.Limit `env:"RATE_LIMIT_READ" envDefault:"300/1m"`
	RateLimitAdminKey  ratelimit.Limit `env:"RATE_LIMIT_ADMIN_KEY" envDefault:"5/1m"`
	// RateLimitStore is where accepted requests are counted; empty lets the database's engine decide.
	RateLimitStore string `env:"RATE_LIMIT_STORE" empty:"allowed"`

	// BackupRecipients are the age public keys to which backups are encrypted; without any, backups are not encrypted.
	BackupRecipients recipients `env:"BACKUP_RECIPIENTS" empty:"allowed"`

	// BasePath is where the bank begins on its host, such as "/bank"; empty for the root.
	BasePath string `env:"BASE_PATH" empty:"allowed"`
	// CORSOrigins are the origins of browser applications that may call the API with a bearer token; none by default.
	CORSOrigins origins `env:"CORS_ORIGINS" empty:"allowed"`
	// TrustedProxies are the peers whose X-Forwarded-For is trusted; none by default.
	TrustedProxies []netip.Prefix `env:"TRUSTED_PROXIES" empty:"allowed"`
	// MaxConnectionsPerAddress bounds the open connections of a client; a trusted proxy has no such bound.
	MaxConnectionsPerAddress connectionBound `env:"MAX_CONNECTIONS_PER_ADDRESS" envDefault:"256"`

	TLSCertFile string `env:"TLS_CERT_FILE"   empty:"allowed"`
	TLSKeyFile  string `env:"TLS_KEY_FILE"    empty:"allowed"`

	Swagger string `env:"SWAGGER" envDefault:"on"`
	// SecurityContact is where to report a vulnerability; empty serves no security.txt.
	SecurityContact string `env:"SECURITY_CONTACT" empty:"allowed"`

	LogLevel  string `env:"LOG_LEVEL"  envDefault:"info" empty:"default"`
	LogFormat string `env:"LOG_FORMAT" envDefault:"text" empty:"default"`
	LogFile   string `env:"LOG_FILE"   empty:"allowed"`
	Debug     bool   `env:"DEBUG"      envDefault:"false" empty:"allowed"`

	warnings []string // about what was ignored, for the log; they contain no values
}

const (
	maxLimit = 1000
	// opsOff in OPS_ADDR starts no listener for operators.
	opsOff = "off"
	// defaultOpsAddr is OPS_ADDR where the operator has set none.
	defaultOpsAddr = "127.0.0.1:5001"
)

// logLevels maps the level names of other programs to ours.
var logLevels = map[string]string{
	"trace": "debug", "verbose": "debug", "debug": "debug", "info": "info", "notice": "info", "warn": "warn", "warning": "warn",
	"err": "error", "error": "error", "critical": "error", "fatal": "error",
}

// The values of RATE_LIMIT_STORE.
const (
	limitsInMemory   = "memory"
	limitsInDatabase = "database"
)

// limitStore returns where requests are counted. A SQLite database has one server, which can count in memory; a PostgreSQL
// database may have several.
func (c *config) limitStore() string {
	_, sqlite := c.DatabaseURL.sqlitePath()
	switch {
	case c.RateLimitStore != "":
		return c.RateLimitStore
	case sqlite:
		return limitsInMemory
	}
	return limitsInDatabase
}

// loadConfig reads the settings from environ ("NAME=value" entries, as os.Environ gives them) and from the file at
// dotenvPath, which need not exist. The environment wins. An error is one line that begins with the name of the
// variable at fault, and never holds a value.
func loadConfig(environ []string, dotenvPath string) (config, error) {
	dotenv, err := os.ReadFile(dotenvPath)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return config{}, err
	}
	return parseConfig(environ, string(dotenv))
}

func parseConfig(environ []string, dotenv string) (config, error) {
	given, warnings, err := readVariables(environ, dotenv)
	if err != nil {
		return config{}, err
	}
	cfg := config{warnings: warnings}
	// given is never nil and holds only our own names: env reads the process's environment in place of a nil map, and
	// takes names such as "0_X" for elements of TrustedProxies.
	err = env.ParseWithOptions(&cfg, env.Options{Environment: given, FuncMap: map[reflect.Type]env.ParserFunc{
		reflect.TypeFor[bool]():            parseBool,
		reflect.TypeFor[ratelimit.Limit](): parseLimit,
		reflect.TypeFor[connectionBound](): parseConnectionBound,
		reflect.TypeFor[idleLimit]():       parseIdleLimit,
		reflect.TypeFor[[]netip.Prefix]():  parseProxies,
		reflect.TypeFor[time.Location]():   parseTimeZone,
		reflect.TypeFor[origins]():         parseOrigins,
		reflect.TypeFor[recipients]():      parseRecipients,
	}})
	if err != nil {
		return config{}, nameVariable(err)
	}
	cfg.LogLevel = cmp.Or(logLevels[strings.ToLower(cfg.LogLevel)], cfg.LogLevel)
	cfg.LogFormat = strings.ToLower(cfg.LogFormat)
	return cfg, cfg.validate()
}

// nameVariable turns the first of env's errors, which name struct fields, into one that names the variable.
func nameVariable(err error) error {
	parse, ok := errors.AsType[env.ParseError](err)
	if !ok {
		return fmt.Errorf("configuration: %w", err)
	}
	field, _ := reflect.TypeFor[config]().FieldByName(parse.Name)
	return fmt.Errorf("%s: %w", field.Tag.Get("env"), parse.Err)
}

// validate checks what a type alone does not. Its messages are constants, so no value can slip into one.
func (c *config) validate() (err error) {
	expect := func(name string, ok bool, expected string) {
		if err == nil && !ok {
			err = fmt.Errorf("%s: expected %s", name, expected)
		}
	}
	expect("ADDR", validAddress(c.Addr), "HOST:PORT, such as 127.0.0.1:5000")
	expect("OPS_ADDR", c.OpsAddr == opsOff || validAddress(c.OpsAddr), "HOST:PORT, such as 127.0.0.1:5001, or off")
	expect("METRICS_TOKEN", c.MetricsToken == "" || c.MetricsToken.valid(), expectedSecret)
	expect("METRICS_TOKEN", c.MetricsToken != "" || c.OpsAddr == opsOff || isLoopback(c.OpsAddr),
		"a token of 32 characters or more, because other machines reach OPS_ADDR")
	expect("DATABASE_URL", c.DatabaseURL.valid(), "sqlite:PATH or postgres://...")
	expect("MIGRATE_DATABASE_URL", c.MigrateDatabaseURL == "" || c.MigrateDatabaseURL.isPostgres() && c.DatabaseURL.isPostgres(),
		"postgres://..., the database that DATABASE_URL names, or nothing")
	expect("CURRENCY", bank.ValidCurrency(c.Currency), "the ISO 4217 code of a currency in use, three capital letters such as USD")
	for _, named := range c.secrets() {
		expect(named.name, *named.value == "" || named.value.valid(), expectedSecret)
	}
	expect("OPENINGS", slices.Contains([]bank.Openings{bank.OpeningsAnyone, bank.OpeningsCode, bank.OpeningsStaff}, bank.Openings(c.Openings)),
		"anyone, code or staff")
	expect("RATE_LIMIT_STORE", slices.Contains([]string{"", limitsInMemory, limitsInDatabase}, c.RateLimitStore),
		"memory, database, or nothing")
	expect("BASE_PATH", validBasePath(c.BasePath), "a path such as /bank, without a slash at its end, or nothing")
	expect("TLS_CERT_FILE", c.TLSCertFile != "" || c.TLSKeyFile == "", "a file, because TLS_KEY_FILE is set")
	expect("TLS_KEY_FILE", c.TLSKeyFile != "" || c.TLSCertFile == "", "a file, because TLS_CERT_FILE is set")
	expect("STAFF_SECOND_FACTOR", slices.Contains([]string{"on", "off"}, c.StaffSecondFactor), "on or off")
	expect("SWAGGER", slices.Contains([]string{"on", "off"}, c.Swagger), "on or off")
	expect("SECURITY_CONTACT", c.SecurityContact == "" || validContact(c.SecurityContact),
		"mailto:ADDRESS or https://..., as in mailto:security@example.com")
	expect("LOG_LEVEL", slices.Contains([]string{"debug", "info", "warn", "error"}, c.LogLevel), "debug, info, warn or error")
	expect("LOG_FORMAT", slices.Contains([]string{"text", "json"}, c.LogFormat), "text or json")
	return err
}

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

// origins are as browsers write them: in lower case, and without the port that their scheme implies.
type origins []string

var wellFormedOrigin = regexp.MustCompile(`^[a-z][a-z0-9+.-]*://([a-z0-9._-]+|\[[0-9a-f:.]+\])(:[0-9]{1,5})?$`)

// parseOrigins accepts only whole origins: a pattern would let in more than was meant, and so would "null", which all pages
// of unknown origin share.
func parseOrigins(text string) (any, error) {
	var all origins
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

// connectionBound is a number of connections; 0 for no bound.
type connectionBound int

// parseConnectionBound accepts no fewer connections than a browser opens at once.
func parseConnectionBound(text string) (any, error) {
	if text == "off" {
		return connectionBound(0), nil
	}
	bound, err := strconv.ParseUint(text, 10, 16)
	if err != nil || bound < 8 || bound > 8192 || text[0] == '0' {
		return nil, errors.New("expected a number from 8 to 8192, or off")
	}
	return connectionBound(bound), nil
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

// databaseURL names a database. Printed, it shows a SQLite path, but nothing of a PostgreSQL URL: the password can be in
// several places of one, and a badly escaped one defeats url.Redacted.
type databaseURL string

func (d databaseURL) String() string {
	if path, ok := d.sqlitePath(); ok {
		return "sqlite:" + path
	}
	return "postgres://" + redacted
}

func (d databaseURL) GoString() string               { return d.String() }
func (d databaseURL) LogValue() slog.Value           { return slog.StringValue(d.String()) }
func (d databaseURL) MarshalText() ([]byte, error)   { return []byte(d.String()), nil }
func (d databaseURL) Format(state fmt.State, _ rune) { _, _ = io.WriteString(state, d.String()) }

func (d databaseURL) valid() bool {
	_, ok := d.sqlitePath()
	return ok || d.isPostgres() && !strings.HasSuffix(string(d), "://")
}

func (d databaseURL) isPostgres() bool { return store.IsPostgres(string(d)) }

// sqlitePath returns the file's path, if the URL names a file.
func (d databaseURL) sqlitePath() (string, bool) {
	path, err := store.SQLitePath(string(d))
	return path, err == nil
}
