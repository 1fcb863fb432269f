package config

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestSettingsAsPeopleWriteThem: levels by the names that other programs use, and a DEBUG that is not ours.
func TestSettingsAsPeopleWriteThem(t *testing.T) {
	t.Parallel()
	for entry, want := range map[string]string{
		"LOG_LEVEL=INFO": "info", "LOG_LEVEL=Warning": "warn", "LOG_LEVEL=trace": "debug", "LOG_LEVEL=FATAL": "error", "LOG_LEVEL=err": "error",
		"LOG_LEVEL=": "info",
	} {
		cfg, err := Parse([]string{entry}, "")
		require.NoError(t, err, entry)
		require.Equal(t, want, cfg.LogLevel, entry)
	}
	cfg, err := Parse([]string{"LOG_FORMAT=JSON", "DEBUG=yes"}, "DEBUG=true")
	require.NoError(t, err)
	require.Equal(t, "json", cfg.LogFormat)
	require.True(t, cfg.Debug, "what is ignored leaves .env in force")
	require.Len(t, cfg.Warnings(), 1)
	for _, ours := range []string{"DEBUG=1", "DEBUG=TRUE", "DEBUG=", "DEBUG=false"} {
		cfg, err := Parse([]string{ours}, "")
		require.NoError(t, err, ours)
		require.Empty(t, cfg.Warnings(), ours)
	}
}

// TestWhatIsWrongInDotenvIsNamed with its line and the reason, without a value.
func TestWhatIsWrongInDotenvIsNamed(t *testing.T) {
	t.Parallel()
	key := "SECRET_KEY='" + goodSecret[:20] + "\n" + goodSecret[20:] + "'\r\n" // over two lines
	for dotenv, want := range map[string]string{
		"CURRENCY=EUR\n\n# euro\nADRR=:1\n":                         "ADRR: unknown variable in line 4 of .env, ",
		byteOrderMark + key + "\nADRR=:1\nBDRR=:1":                  "ADRR: unknown variable in line 4 of .env, ",
		byteOrderMark + "CURRENCY=EUR\r\n%" + marker + "=1":         ".env: line 2: expected NAME=value",
		"CURRENCY=EUR\n" + marker + "\nADDR=:1":                     ".env: line 2: expected NAME=value",
		"CURRENCY=EUR\n" + marker:                                   ".env: line 2: expected NAME=value",
		"A=\n=" + marker:                                            ".env: line 2: expected NAME=value",
		"ADDR=:1\nADMIN_KEY=\"" + goodSecret + "\nCURRENCY=EUR\n":   ".env: line 2: expected NAME=value, with the value's second quote",
		"\xff\xfeC\x00U\x00":                                        ".env: expected a file in UTF-8, but this one is in UTF-16; save it as UTF-8",
		"\xfe\xff\x00C\x00U":                                        ".env: expected a file in UTF-8, but this one is in UTF-16; save it as UTF-8",
		"C\x00U\x00R\x00":                                           ".env: expected a file in UTF-8, but this one is in UTF-16; save it as UTF-8",
		"ADDR=:1\n" + strings.Repeat("a", 40) + marker + "=\nB=1\n": ".env: unknown variable in line 2 of .env, ",
	} {
		_, err := Parse(nil, dotenv)
		require.ErrorContains(t, err, want, "%q", dotenv)
		require.NotContains(t, err.Error(), marker)
		require.NotContains(t, err.Error(), "\n")
	}
	cfg, err := Parse(nil, byteOrderMark+"\r\nSECRET_KEY="+goodSecret+"\r\n")
	require.NoError(t, err)
	require.Equal(t, goodSecret, string(cfg.SecretKey))
	_, err = readDotenv(byteOrderMark + "PIN_PEPPER=" + goodSecret)
	require.NoError(t, err, "secrets.env, too")
}
