package config

import (
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/ratelimit"
)

// marker is a part of every secret in these tests; no message may contain it.
const (
	marker     = "hunter2"
	goodSecret = marker + "-Vk8dQz3mXw7pLr5tNc2yBh6gJf4sTa9e"

	anotherSecret = marker + "-e9aTs4fJg6hBy2cNt5rLp7wXm3zQd8kV"
)

func defaultConfig() Config {
	perMinute := func(n int) ratelimit.Limit { return ratelimit.Limit{Requests: n, Window: time.Minute} }
	return Config{
		Addr: "127.0.0.1:5000", OpsAddr: "127.0.0.1:5001", DatabaseURL: "sqlite:data/bankcore.db", Currency: "USD", TimeZone: time.UTC,
		RateLimits: ratelimit.Limits{
			"register": perMinute(10), "deposit": perMinute(20), "withdraw": perMinute(20), "transfer": perMinute(5), "bulk": perMinute(10), "login": perMinute(5),
			"refresh": perMinute(10), "payee": perMinute(20), "statement": perMinute(10), "manage": perMinute(60), "read": perMinute(300),
			"request": perMinute(10), "decision": perMinute(30),
		},
		RateLimitAdminKey:        perMinute(5),
		MaxConnectionsPerAddress: 256, Openings: "anyone", SessionIdle: IdleLimit(12 * time.Hour), SessionIdleStaff: IdleLimit(30 * time.Minute),
		StaffSecondFactor: "on",
		Swagger:           "on", LogLevel: "info", LogFormat: "text",
	}
}

func TestConfigDefaults(t *testing.T) {
	// Not parallel: the process's own environment must not be read, not even when environ is nil.
	t.Setenv("ADDR", "192.0.2.1:1")
	cfg, err := Load(nil, filepath.Join(t.TempDir(), "absent.env"))
	require.NoError(t, err)
	require.Equal(t, defaultConfig(), cfg)
}

func TestConfigValues(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), ".env")
	dotenv := "ADDR=:6000\nexport CURRENCY=EUR # the euro\nLOG_FILE='a b.log'\nSECRET_KEY=" + goodSecret + "\n"
	require.NoError(t, os.WriteFile(path, []byte(dotenv), 0o600))
	cfg, err := Load([]string{
		"ADDR=[::1]:7000", "HOME=/root", "=::=", "0_0=10.0.0.0/8", "RATE_LIMIT_LOGIN=off", "RATE_LIMIT_REFRESH=1000/60s",
		"TRUSTED_PROXIES=10.1.2.3/8, 192.0.2.7,2001:db8::/32", "DEBUG=true", "LOG_FILE=", "LOG_LEVEL=error",
		"DATABASE_URL=postgres://bank:" + marker + "@db/bank", "TLS_CERT_FILE=c.pem", "TLS_KEY_FILE=k.pem",
	}, path)
	require.NoError(t, err)

	want := defaultConfig()
	want.Addr, want.Currency, want.LogLevel, want.Debug, want.SecretKey = "[::1]:7000", "EUR", "error", true, goodSecret
	want.RateLimits["login"], want.RateLimits["refresh"] = ratelimit.Limit{}, ratelimit.Limit{Requests: 1000, Window: time.Minute}
	want.DatabaseURL, want.TLSCertFile, want.TLSKeyFile = "postgres://bank:"+marker+"@db/bank", "c.pem", "k.pem"
	want.TrustedProxies = []netip.Prefix{
		netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("192.0.2.7/32"), netip.MustParsePrefix("2001:db8::/32"),
	}
	require.Equal(t, want, cfg)
}

func TestConfigAccepts(t *testing.T) {
	t.Parallel()
	for _, entry := range []string{
		"ADDR=:0", "ADDR=localhost:65535", "ADDR=0.0.0.0:80", "DATABASE_URL=sqlite:/srv/bank.db", "CURRENCY=JPY",
		"STAFF_SECOND_FACTOR=on", "STAFF_SECOND_FACTOR=off",
		"DATABASE_URL=sqlite:///srv/bank.db", "DATABASE_URL=postgresql:///bank?host=/run", "RATE_LIMIT_DEPOSIT=1/1m",
		"TRUSTED_PROXIES=", "TLS_CERT_FILE=", "LOG_FILE=", "DEBUG=", "DEBUG=0", "LOG_FORMAT=json", "LOG_LEVEL=debug",
		"SECRET_KEY=" + goodSecret[:32], "PIN_PEPPER=" + "съешьжеещёэтихмягкихфранцузскихбулок",
		"SECRET_KEY=" + goodSecret + "," + goodSecret + "2", "PIN_PEPPER=" + goodSecret + "," + goodSecret + "2," + goodSecret + "3", "rate_limit_typo=1",
		"BASE_PATH=", "BASE_PATH=/bank", "BASE_PATH=/a/b-2/c_d.~e", "CORS_ORIGINS=",
		"CORS_ORIGINS=https://shop.example, http://localhost:3000,http://[::1]:8080", "CORS_ORIGINS=capacitor://localhost",
		"RATE_LIMIT_STORE=", "RATE_LIMIT_STORE=memory", "RATE_LIMIT_STORE=database",
		"MAX_CONNECTIONS_PER_ADDRESS=8", "MAX_CONNECTIONS_PER_ADDRESS=8192", "MAX_CONNECTIONS_PER_ADDRESS=off",
		"BANK_TIMEZONE=UTC", "BANK_TIMEZONE=Pacific/Auckland", "BANK_TIMEZONE=America/Argentina/Buenos_Aires", "BANK_TIMEZONE=Etc/GMT+12",
		"SWAGGER=on", "SWAGGER=off", "OPENINGS=anyone", "OPENINGS=code", "OPENINGS=staff", "APPROVAL_ABOVE=0", "APPROVAL_ABOVE=1000000", "METRICS_TOKEN=", "METRICS_TOKEN=" + goodSecret,
		"OPS_ADDR=off", "OPS_ADDR=localhost:0", "OPS_ADDR=[::1]:5001", "OPS_ADDR=127.8.9.10:5001",
		"SECURITY_CONTACT=", "SECURITY_CONTACT=mailto:security@example.com", "SECURITY_CONTACT=https://example.com/security",
	} {
		_, err := Parse([]string{entry}, "")
		require.NoError(t, err, entry)
	}
}

// TestConfigOrigins: browsers write an origin in lower case and without the port that its scheme implies.
func TestConfigOrigins(t *testing.T) {
	t.Parallel()
	cfg, err := Parse([]string{"CORS_ORIGINS=HTTPS://Shop.example:443,http://a:80 , https://a:80,http://[::1]:443"}, "")
	require.NoError(t, err)
	require.Equal(t, Origins{"https://shop.example", "http://a", "https://a:80", "http://[::1]:443"}, cfg.CORSOrigins)
}

// TestConfigGuardsMetrics: what other machines can reach needs a token.
func TestConfigGuardsMetrics(t *testing.T) {
	t.Parallel()
	for _, addr := range []string{":5001", "0.0.0.0:5001", "[::]:5001", "10.0.0.1:5001", "bank.example:5001", "localhost.bank.example:5001"} {
		_, err := Parse([]string{"OPS_ADDR=" + addr}, "")
		requireOneLine(t, err, "METRICS_TOKEN")
		_, err = Parse([]string{"OPS_ADDR=" + addr, "METRICS_TOKEN=" + goodSecret}, "")
		require.NoError(t, err, addr)
	}
}

func TestConfigLimitStore(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ url, set, want string }{
		{"sqlite:data/bankcore.db", "", "memory"},
		{"sqlite:///srv/bank.db", "", "memory"},
		{"postgres://bank@db/bank", "", "database"},
		{"postgresql:///bank?host=/run", "", "database"},
		{"sqlite:data/bankcore.db", "database", "database"},
		{"postgres://bank@db/bank", "memory", "memory"},
	} {
		cfg, err := Parse([]string{"DATABASE_URL=" + test.url, "RATE_LIMIT_STORE=" + test.set}, "")
		require.NoError(t, err)
		require.Equal(t, test.want, cfg.LimitStore(), "%s, set to %q", test.url, test.set)
	}
	cfg, err := Parse(nil, "")
	require.NoError(t, err)
	require.Equal(t, "memory", cfg.LimitStore())
}

func TestConfigRefuses(t *testing.T) {
	t.Parallel()
	tests := map[string][]string{ // variable -> bad values
		"ADDR":         {"", " ", "5000", "localhost", "host:", ":http", ":65536", ":-1", ":+1", "a b:1", "http://a:1", "a/b:1", "::1:1"},
		"DATABASE_URL": {"", "sqlite:", "sqlite://", "sqlite://data/x", "data/bankcore.db", "mysql://u:" + marker + "@h/d", "postgres://"},
		"BANK_TIMEZONE": {"", "Local", "Europe/Zürich", "europe/zurich", "Zurich", "CEST", "+02:00", "../etc/passwd", "localtime", "right/UTC",
			" UTC", "UTC\n", marker},
		"CURRENCY": {"", "usd", "US", "USDX", "QQQ", "XXX", "HRK", " USD", "U\u0000D"},
		"SECRET_KEY": {"", marker, goodSecret[:31], goodSecret + "\n", goodSecret + "\xff", goodSecret + ",", "," + goodSecret, goodSecret + "," + marker,
			goodSecret + "," + goodSecret, goodSecret + ", " + goodSecret + "2", goodSecret + " ," + goodSecret + "2"},
		"ADMIN_KEY":                   {"", marker, goodSecret[:31], goodSecret + "\x00"},
		"PIN_PEPPER":                  {"", marker, strings.Repeat("ж", 31)},
		"OPS_ADDR":                    {"", "OFF", "5001", "http://127.0.0.1:5001", "/run/bankcore.sock"},
		"METRICS_TOKEN":               {marker, goodSecret[:31]},
		"RATE_LIMIT_REGISTER":         {"", "0/1m"},
		"RATE_LIMIT_DEPOSIT":          {"", "1001/1m", "65537/1m"},
		"RATE_LIMIT_WITHDRAW":         {"", "5/1h", "5/"},
		"RATE_LIMIT_TRANSFER":         {"", "5", "/1m", "-5/1m"},
		"RATE_LIMIT_LOGIN":            {"", "OFF", "+5/1m", "05/1m"},
		"RATE_LIMIT_REFRESH":          {"", "5/1m ", "5/1m/1m", "99999999999999999999/1m"},
		"RATE_LIMIT_PAYEE":            {"", "many"},
		"RATE_LIMIT_STATEMENT":        {"", "off/1m"},
		"RATE_LIMIT_READ":             {"", "1e3/1m"},
		"RATE_LIMIT_ADMIN_KEY":        {"", "0/1m"},
		"RATE_LIMIT_STORE":            {"redis", "Database", " memory", "memory,database", "redis://:" + marker + "@cache"},
		"TRUSTED_PROXIES":             {"proxy", ",", "10.0.0.0/33", "10.0.0.1,", "fe80::1%eth0", "::ffff:10.0.0.0/104", "::ffff:10.0.0.1"},
		"BASE_PATH":                   {"/", "bank", "/bank/", "//bank", "/a//b", "/a/../b", "/.", "/b nk", "/b%61nk", "/b?x", "/b#x", "https://a/b", "/bänk", "/a;b"},
		"CORS_ORIGINS":                {"*", "null", "shop.example", "https://*.example", "https://shop.example/", "https://a/b", "https://a,", "https://u@a", "https://a b", "//a", "https://:80", "https://a:port", "file://x", "https://bücher.example", "https://a,*"},
		"STAFF_SECOND_FACTOR":         {"", "ON", "true", "required"},
		"SWAGGER":                     {"", "OFF", "false", "no"},
		"SECURITY_CONTACT":            {"security@example.com", "http://example.com", "https://", "mailto:", "mailto:@", "mailto:security", "mailto:a@b\nContact: x", "mailto:a@b c", "javascript:alert(1)"},
		"TLS_CERT_FILE":               {""},
		"TLS_KEY_FILE":                {""},
		"LOG_LEVEL":                   {"loud", "info+2", "3", "*"},
		"LOG_FORMAT":                  {"xml"},
		"APPROVAL_ABOVE":              {"-1", "off", "1e6", "1000000000001"},
		"OPENINGS":                    {"", "off", "Anyone", "codes", "staff,code"},
		"MAX_CONNECTIONS_PER_ADDRESS": {"", "0", "7", "8193", "-9", "+9", "08", "65537", "Off", "many"},
	}
	for name, values := range tests {
		for _, value := range values {
			t.Run(fmt.Sprintf("%s=%.20q", name, value), func(t *testing.T) {
				t.Parallel()
				_, err := Parse([]string{"TLS_CERT_FILE=c.pem", "TLS_KEY_FILE=k.pem", name + "=" + value}, "")
				requireOneLine(t, err, name)
			})
		}
	}
}

func TestConfigRefusesDotenv(t *testing.T) {
	t.Parallel()
	for dotenv, prefix := range map[string]string{
		"ADDRESS=:5000":               "ADDRESS",
		"addr=:5000":                  "addr",
		"SECRET_KEY=" + marker:        "SECRET_KEY",
		"CURRENCY=":                   "CURRENCY",
		"DEBUG=yes":                   "DEBUG",
		"SECRET_KEY='" + goodSecret:   ".env",
		"%\nSECRET_KEY=" + goodSecret: ".env",
		"=" + goodSecret:              ".env",
		"SECRET_KEY=\n" + marker + strings.Repeat("a", 31) + "=": ".env",
	} {
		_, err := Parse(nil, dotenv)
		requireOneLine(t, err, prefix)
	}
	_, err := Load(nil, t.TempDir())
	require.Error(t, err, "a folder is no settings file")
	_, err = Parse([]string{"CURRENCY="}, "CURRENCY=EUR")
	requireOneLine(t, err, "CURRENCY")
}

func requireOneLine(t *testing.T, err error, name string) {
	t.Helper()
	require.Error(t, err)
	require.True(t, strings.HasPrefix(err.Error(), name+": "), err)
	require.Contains(t, err.Error(), "expected")
	require.NotContains(t, err.Error(), "\n")
	require.NotContains(t, err.Error(), marker)
}

// TestEnvExample keeps .env.example from drifting: it names every variable, with the default that applies.
func TestEnvExample(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../.env.example")
	require.NoError(t, err)
	got := map[string]string{}
	for _, line := range regexp.MustCompile(`(?m)^#?([A-Za-z_]+)=(.*)$`).FindAllStringSubmatch(string(text), -1) {
		require.NotContains(t, got, line[1], "named twice")
		require.True(t, strings.HasPrefix(line[0], "#"), "%s is not commented out", line[0])
		got[line[1]] = line[2]
	}
	want := map[string]string{}
	for _, v := range variables {
		want[v.name] = v.standard
	}
	require.Equal(t, want, got)
}

func FuzzRateLimit(f *testing.F) {
	for _, seed := range []string{"", "off", "5/1m", "1000/60s", "0/1m", "01/1m", "5/1h", "/1m", "5/1m\n", "٥/1m", "1_0/1m"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		value, err := parseLimit(text)
		if err != nil {
			return
		}
		limit := value.(ratelimit.Limit)
		if limit.Off() {
			require.Equal(t, "off", text)
			return
		}
		require.Contains(t, []string{fmt.Sprintf("%d/1m", limit.Requests), fmt.Sprintf("%d/60s", limit.Requests)}, text)
		require.Equal(t, time.Minute, limit.Window)
		require.LessOrEqual(t, limit.Requests, maxLimit)
	})
}

func FuzzConfig(f *testing.F) {
	f.Add("ADDR", ":5000", "LOG_LEVEL=debug\n")
	f.Add("TRUSTED_PROXIES", "10.0.0.0/8", "export DEBUG: true # x")
	f.Add("RATE_LIMIT_LOGIN", "5/1m", "CURRENCY='EUR'\nLOG_FILE=\"a\\n$ADDR\"")
	f.Add("0_0", "1", "A\n=\n'")
	f.Fuzz(func(t *testing.T, name, value, dotenv string) {
		environ := []string{
			"SECRET_KEY=" + marker + value, "ADMIN_KEY=" + marker, "DATABASE_URL=postgres://u:" + marker + "@" + value,
			name + "=" + value,
		}
		for _, variables := range [][]string{environ, environ[2:], environ[3:]} {
			cfg, err := Parse(variables, dotenv+"\nPIN_PEPPER='"+goodSecret+"'\n")
			text := fmt.Sprintf("%+v %#v", cfg, cfg)
			if err != nil {
				text += err.Error()
				require.NotContains(t, err.Error(), "\n")
			}
			if !strings.Contains(name+value+dotenv, marker) {
				require.NotContains(t, text, marker)
			}
		}
	})
}
