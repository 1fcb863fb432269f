// Package config reads the settings of the service, once, from the environment and a file, and finds or makes the secrets that are not
// set. Every setting has a default that does no harm.
package config

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"net/netip"
	"os"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/caarlos0/env/v11"

	"github.com/bankingcore/bankcore/internal/auth"
	"github.com/bankingcore/bankcore/internal/ratelimit"
)

// Config holds every setting of the service. It is read once, at the start, and printing it in any way shows no secret.
// An empty variable is refused, because it is nearly always a mistake in a deployment script, unless its field says
// `empty:"allowed"`, or `empty:"default"` where the default does no harm.
type Config struct {
	Addr string `env:"ADDR"         envDefault:"127.0.0.1:5000"`
	// OpsAddr is where operators read metrics and profiles; "off" starts no listener for them.
	OpsAddr     string      `env:"OPS_ADDR"     envDefault:"127.0.0.1:5001"`
	DatabaseURL DatabaseURL `env:"DATABASE_URL" envDefault:"sqlite:data/bankcore.db"`
	Currency    string      `env:"CURRENCY"     envDefault:"USD"`
	// Currencies are the bank's own, beside those of ISO 4217.
	Currencies OwnCurrencies `env:"CURRENCIES" empty:"allowed"`
	// MigrateDatabaseURL is the same database, as the role that owns its tables; empty if the server's role does.
	MigrateDatabaseURL DatabaseURL `env:"MIGRATE_DATABASE_URL" empty:"allowed"`
	// TimeZone decides when the bank's days and months begin.
	TimeZone *time.Location `env:"BANK_TIMEZONE" envDefault:"UTC"`

	// The three secrets may be absent here; EnsureSecrets then finds or generates them.
	SecretKey Secret `env:"SECRET_KEY"`
	AdminKey  Secret `env:"ADMIN_KEY"`
	PINPepper Secret `env:"PIN_PEPPER"`

	// MetricsToken grants access to metrics and profiles; without one, only this machine can read them.
	MetricsToken Secret `env:"METRICS_TOKEN" empty:"allowed"`

	// Openings says who opens accounts: anyone, code or staff.
	Openings string `env:"OPENINGS" envDefault:"anyone"`
	// ApprovalAbove is the amount above which a deposit or withdrawal at the desk needs another member of staff, in minor units; 0 for none.
	ApprovalAbove Amount `env:"APPROVAL_ABOVE" envDefault:"0"`

	// Cash says who deposits and withdraws: owner or staff.
	Cash string `env:"CASH" envDefault:"owner"`
	// Settlements are what deposits and withdrawals can be settled against, beside the codes that every bank has.
	Settlements Settlements `env:"SETTLEMENTS" empty:"allowed"`

	// SessionIdle and SessionIdleStaff are how long sessions of customers and of administrators may go unused.
	SessionIdle      IdleLimit `env:"SESSION_IDLE"       envDefault:"12h"`
	SessionIdleStaff IdleLimit `env:"SESSION_IDLE_STAFF" envDefault:"30m"`
	// StaffSecondFactor says whether administrators need a second factor and a PIN of 8 digits or more: "on" or "off".
	StaffSecondFactor string `env:"STAFF_SECOND_FACTOR" envDefault:"on"`

	// RateLimits holds the contract's limits. Each has a variable: RATE_LIMIT_ and its name, in capitals.
	RateLimits ratelimit.Limits
	// RateLimitAdminKey limits wrong admin keys.
	RateLimitAdminKey ratelimit.Limit `env:"RATE_LIMIT_ADMIN_KEY" envDefault:"5/1m"`
	// RateLimitStore is where accepted requests are counted; empty lets the database's engine decide.
	RateLimitStore string `env:"RATE_LIMIT_STORE" empty:"allowed"`

	// BackupRecipients are the age public keys to which backups are encrypted; without any, backups are not encrypted.
	BackupRecipients Recipients `env:"BACKUP_RECIPIENTS" empty:"allowed"`

	// BasePath is where the bank begins on its host, such as "/bank"; empty for the root.
	BasePath string `env:"BASE_PATH" empty:"allowed"`
	// CORSOrigins are the origins of browser applications that may call the API with a bearer token; none by default.
	CORSOrigins Origins `env:"CORS_ORIGINS" empty:"allowed"`
	// TrustedProxies are the peers whose X-Forwarded-For is trusted; none by default.
	TrustedProxies []netip.Prefix `env:"TRUSTED_PROXIES" empty:"allowed"`
	// MaxConnectionsPerAddress bounds the open connections of a client; a trusted proxy has no such bound.
	MaxConnectionsPerAddress ConnectionBound `env:"MAX_CONNECTIONS_PER_ADDRESS" envDefault:"256"`

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
	// OpsOff in OPS_ADDR starts no listener for operators.
	OpsOff = "off"
	// DefaultOpsAddr is OPS_ADDR where the operator has set none.
	DefaultOpsAddr = "127.0.0.1:5001"
)

// logLevels maps the level names of other programs to ours.
var logLevels = map[string]string{
	"trace": "debug", "verbose": "debug", "debug": "debug", "info": "info", "notice": "info", "warn": "warn", "warning": "warn",
	"err": "error", "error": "error", "critical": "error", "fatal": "error",
}

// The values of RATE_LIMIT_STORE.
const (
	LimitsInMemory   = "memory"
	LimitsInDatabase = "database"
)

// LimitStore returns where requests are counted. A SQLite database has one server, which can count in memory; a PostgreSQL
// database may have several.
func (c *Config) LimitStore() string {
	_, sqlite := c.DatabaseURL.SQLitePath()
	switch {
	case c.RateLimitStore != "":
		return c.RateLimitStore
	case sqlite:
		return LimitsInMemory
	}
	return LimitsInDatabase
}

// Warnings returns what was ignored, for the log, without values.
func (c *Config) Warnings() []string { return c.warnings }

// Load reads the settings from environ ("NAME=value" entries, as os.Environ gives them) and from the file at
// dotenvPath, which need not exist. The environment wins. An error is one line that begins with the name of the
// variable at fault, and never holds a value.
func Load(environ []string, dotenvPath string) (Config, error) {
	dotenv, err := os.ReadFile(dotenvPath)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return Config{}, err
	}
	return Parse(environ, string(dotenv))
}

// Parse is Load with the text of the file.
func Parse(environ []string, dotenv string) (Config, error) {
	given, warnings, err := readVariables(environ, dotenv)
	if err != nil {
		return Config{}, err
	}
	cfg := Config{warnings: warnings}
	// given is never nil and holds only our own names: env reads the process's environment in place of a nil map, and
	// takes names such as "0_X" for elements of TrustedProxies.
	err = env.ParseWithOptions(&cfg, env.Options{Environment: given, FuncMap: map[reflect.Type]env.ParserFunc{
		reflect.TypeFor[bool]():            parseBool,
		reflect.TypeFor[ratelimit.Limit](): parseLimit,
		reflect.TypeFor[ConnectionBound](): parseConnectionBound,
		reflect.TypeFor[Amount]():          parseAmount,
		reflect.TypeFor[IdleLimit]():       parseIdleLimit,
		reflect.TypeFor[[]netip.Prefix]():  parseProxies,
		reflect.TypeFor[time.Location]():   parseTimeZone,
		reflect.TypeFor[Origins]():         parseOrigins,
		reflect.TypeFor[Recipients]():      parseRecipients,
		reflect.TypeFor[OwnCurrencies]():   parseCurrencies,
		reflect.TypeFor[Settlements]():     parseSettlements,
	}})
	if err != nil {
		return Config{}, nameVariable(err)
	}
	if cfg.RateLimits, err = parseLimits(given); err != nil {
		return Config{}, err
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
	field, _ := reflect.TypeFor[Config]().FieldByName(parse.Name)
	return fmt.Errorf("%s: %w", field.Tag.Get("env"), parse.Err)
}

// validate checks what a type alone does not. Its messages are constants, so no value can slip into one.
func (c *Config) validate() (err error) {
	expect := func(name string, ok bool, expected string) {
		if err == nil && !ok {
			err = fmt.Errorf("%s: expected %s", name, expected)
		}
	}
	expect("ADDR", validAddress(c.Addr), "HOST:PORT, such as 127.0.0.1:5000")
	expect("OPS_ADDR", c.OpsAddr == OpsOff || validAddress(c.OpsAddr), "HOST:PORT, such as 127.0.0.1:5001, or off")
	expect("METRICS_TOKEN", c.MetricsToken == "" || c.MetricsToken.valid(), expectedSecret)
	expect("METRICS_TOKEN", c.MetricsToken != "" || c.OpsAddr == OpsOff || isLoopback(c.OpsAddr),
		"a token of 32 characters or more, because other machines reach OPS_ADDR")
	expect("DATABASE_URL", c.DatabaseURL.Valid(), "sqlite:PATH or postgres://...")
	expect("MIGRATE_DATABASE_URL", c.MigrateDatabaseURL == "" || c.MigrateDatabaseURL.IsPostgres() && c.DatabaseURL.IsPostgres(),
		"postgres://..., the database that DATABASE_URL names, or nothing")
	expect("CURRENCY", c.Currencies.take(c.Currency), "the ISO 4217 code of a currency in use, three capital letters such as USD, or one of CURRENCIES")
	for _, named := range c.secrets() {
		expect(named.name, *named.value == "" || named.value.valid(), expectedSecret)
	}
	expect("OPENINGS", slices.Contains([]auth.Openings{auth.OpeningsAnyone, auth.OpeningsCode, auth.OpeningsStaff}, auth.Openings(c.Openings)),
		"anyone, code or staff")
	expect("CASH", slices.Contains([]auth.Cash{auth.CashOwner, auth.CashStaff}, auth.Cash(c.Cash)), "owner or staff")
	expect("RATE_LIMIT_STORE", slices.Contains([]string{"", LimitsInMemory, LimitsInDatabase}, c.RateLimitStore),
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
