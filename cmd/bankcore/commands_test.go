package main

import (
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/setup"
	"github.com/bankingcore/bankcore/internal/testkit/bankcoretest"
)

var update = flag.Bool("update", false, "write the golden files anew")

var listedCommand = regexp.MustCompile(`(?m)^  ([a-z-]+) +\S`)

// commandLines finds every command by reading help as a person would: from the top, down to the last subcommand.
func commandLines(t *testing.T, line []string) [][]string {
	t.Helper()
	o := command(t, nil, "", append(line, "--help")...)
	require.Equal(t, 0, o.Code, o.Err)
	lines := [][]string{line}
	_, listed, found := strings.Cut(o.Stdout, "Available Commands:\n")
	if !found {
		return lines
	}
	listed, _, _ = strings.Cut(listed, "\nFlags:")
	for _, name := range listedCommand.FindAllStringSubmatch(listed, -1) {
		if name[1] != "help" {
			lines = append(lines, commandLines(t, append(line[:len(line):len(line)], name[1]))...)
		}
	}
	return lines
}

func TestHelp(t *testing.T) {
	t.Parallel()
	folder := filepath.Join("testdata", "help")
	golden := map[string]bool{}
	for _, line := range commandLines(t, nil) {
		name := strings.Join(append([]string{"bankcore"}, line...), " ")
		o := command(t, nil, "", append(line, "--help")...)
		require.Empty(t, o.Stderr, name)
		require.Equal(t, o, command(t, nil, "", append(line, "-h")...), name)
		require.Equal(t, o.Stdout, command(t, nil, "", append([]string{"help"}, line...)...).Stdout, name)
		require.Contains(t, o.Stdout, "Usage:\n  bankcore", name)
		for text := range strings.SplitSeq(o.Stdout, "\n") {
			require.LessOrEqual(t, len([]rune(text)), 120, "%s: too wide for a terminal: %s", name, text)
		}

		path := filepath.Join(folder, strings.ReplaceAll(name, " ", "-")+".txt")
		golden[path] = true
		if *update {
			require.NoError(t, os.MkdirAll(folder, 0o750))
			require.NoError(t, os.WriteFile(path, []byte(o.Stdout), 0o600))
		}
		want, err := os.ReadFile(path)
		require.NoError(t, err, "run: go test ./cmd/bankcore -run TestHelp -update")
		require.Equal(t, string(want), o.Stdout, name)
	}
	files, err := filepath.Glob(filepath.Join(folder, "*"))
	require.NoError(t, err)
	require.Len(t, files, len(golden), "a golden file without a command: %v", files)
	require.Len(t, golden, 23)
}

// TestHelpIsGivenUnasked: a user who types only the name of a group of commands wants to know what is in it.
func TestHelpIsGivenUnasked(t *testing.T) {
	t.Parallel()
	for _, line := range [][]string{nil, {"account"}, {"client"}} {
		o := command(t, nil, "", line...)
		require.Equal(t, 0, o.Code)
		require.Equal(t, command(t, nil, "", append(line, "--help")...).Stdout, o.Stdout)
	}
}

func TestUsageErrors(t *testing.T) {
	t.Parallel()
	// The error would be about the database if anything but the command line were checked first.
	environ := []string{"DATABASE_URL=sqlite:" + filepath.Join(t.TempDir(), "absent", "bank.db")}
	const number = "481207359144"
	for line, says := range map[string]string{
		"nonsense":                             `unknown command "nonsense"`,
		"--nonsense":                           "unknown flag: --nonsense",
		"-x":                                   "unknown shorthand flag",
		"serve now":                            `unknown command "now" for "bankcore serve"`,
		"serve --demo=perhaps":                 `invalid argument "perhaps"`,
		"serve --port 5000":                    "unknown flag: --port",
		"migrate now":                          "now",
		"migrate --down":                       "unknown flag: --down",
		"verify all":                           "all",
		"verify --fix":                         "unknown flag: --fix",
		"version 2":                            "2",
		"backup":                               "accepts 1 arg(s), received 0",
		"backup a b":                           "accepts 1 arg(s), received 2",
		"backup --force a":                     "unknown flag: --force",
		"restore":                              "accepts 1 arg(s), received 0",
		"restore a b":                          "accepts 1 arg(s), received 2",
		"restore --force a":                    "unknown flag: --force",
		"copy":                                 "--from or --to is required",
		"copy sqlite:a sqlite:b":               "URLs are given with --from and --to",
		"copy --from":                          "flag needs an argument: --from",
		"copy --from=":                         "--from: expected sqlite:PATH or postgres://...",
		"copy --from a --to sqlite:b":          "--from: expected sqlite:PATH or postgres://...",
		"copy --from sqlite:a --to sqlite:":    "--to: expected sqlite:PATH or postgres://...",
		"copy --from sqlite:a --to sqlite://b": "--to: expected sqlite:PATH or postgres://...",
		"copy --from sqlite:a --to sqlite:./a": "--from and --to are the same database",
		"copy --from sqlite:a --force":         "unknown flag: --force",
		"account nonsense":                     `unknown command "nonsense" for "bankcore account"`,
		"client nonsense":                      `unknown command "nonsense" for "bankcore client"`,
		"client create --name A":               "--name and --permission are required",
		"client create --permission a":         "--name and --permission are required",
		"client create --name A --permission accounts:read --account 12":     "not an account number",
		"client create --name A --permission accounts:read --network 10.0/8": `--network "10.0/8": must be an address or a network`,
		"client create --name A --permission accounts:read --expires never":  "expected a duration",
		"client key":                                    "accepts 1 arg(s), received 0",
		"client key x":                                  "the client's id is not a UUID",
		"client revoke":                                 "accepts between 1 and 2 arg(s), received 0",
		"client revoke x":                               "the client's id is not a UUID",
		"client list x":                                 `unknown command "x"`,
		"account create":                                "--name or --customer-of is required",
		"account create Ada":                            `unknown command "Ada" for "bankcore account create"`,
		"account create --name":                         "flag needs an argument: --name",
		"account create --name=":                        "--name or --customer-of is required",
		"account create --name A --pin 73016":           "unknown flag: --pin",
		"account create --name A --role king":           `"king" is not a role; expected customer, employee or admin`,
		"account create --name A --role=":               `"" is not a role; expected customer, employee or admin`,
		"account create --name A --initial-deposit 1.5": `invalid argument "1.5"`,
		"account create --name A --initial-deposit 1e3": `invalid argument "1e3"`,
		"account role":                                  "accepts 2 arg(s), received 0",
		"account role " + number:                        "accepts 2 arg(s), received 1",
		"account role " + number + " admin please":      "accepts 2 arg(s), received 3",
		"account role " + number + " king":              `"king" is not a role; expected customer, employee or admin`,
		"account role " + number + " ADMIN":             `"ADMIN" is not a role; expected customer, employee or admin`,
		"account role 48120735914 admin":                `"48120735914" is not an account number of 12 digits`,
		"account unlock":                                "accepts 1 arg(s), received 0",
		"account unlock " + number + " " + number:       "accepts 1 arg(s), received 2",
		"account unlock 4812073591440":                  `"4812073591440" is not an account number of 12 digits`,
		"account unlock 48120735914x":                   `"48120735914x" is not an account number of 12 digits`,
		"account unlock ４８１２":                           "is not an account number of 12 digits",
		"account unlock -481207359144":                  "unknown shorthand flag",
	} {
		o := command(t, environ, "730164\n", strings.Fields(line)...)
		require.Equal(t, 2, o.Code, "%s: %s", line, o.Err)
		require.Contains(t, o.Err, says, line)
		require.NotContains(t, o.Err, "\n", line)
		require.Empty(t, o.Stdout+o.Stderr, line)
	}
	require.NoDirExists(t, filepath.Dir(strings.TrimPrefix(environ[0], "DATABASE_URL=sqlite:")))
}

func TestVersion(t *testing.T) {
	t.Parallel()
	o := command(t, nil, "", "version")
	require.Equal(t, bankcoretest.Outcome{Stdout: "bankcore " + setup.Version + " " + runtime.Version() + " " + runtime.GOOS + "/" + runtime.GOARCH + "\n"}, o)
	require.Regexp(t, `^\d+\.\d+\.\d+$`, setup.Version)
}

// TestConfigErrors: a mistake in the settings is one line that names the variable, whatever the command, and nothing is
// done.
func TestConfigErrors(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "absent", "bank.db")
	const leak = "hunter2"
	for _, line := range []string{
		"serve", "serve --demo", "migrate", "verify", "backup " + path + ".copy", "restore " + path + ".copy", "copy --to sqlite:" + path + ".copy", "account create --name Ada",
		"account role 481207359144 admin", "account unlock 481207359144",
	} {
		for name, value := range map[string]string{
			"ADDR": leak, "RATE_LIMIT_LOGIN": leak, "ADMIN_KEY": leak, "LOG_LEVEL": leak, "CURRENCY": "", "TLS_KEY_FILE": leak,
		} {
			o := command(t, []string{"DATABASE_URL=sqlite:" + path, name + "=" + value}, "730164\n", strings.Fields(line)...)
			require.Equal(t, 1, o.Code, line)
			require.Contains(t, o.Err, strings.TrimSuffix(name, "KEY_FILE"), line)
			require.NotContains(t, o.Err, "\n", line)
			require.NotContains(t, o.Err+o.Stdout+o.Stderr, leak, line)
			require.Empty(t, o.Stdout+o.Stderr, line)
		}
	}
	require.NoDirExists(t, filepath.Dir(path))
}

// TestNoDatabase: a mistyped path is an error, not a new and empty bank.
func TestNoDatabase(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "absent", "bank.db")
	for _, line := range []string{
		"verify", "backup " + path + ".copy", "copy --to sqlite:" + path + ".copy", "account create --name Ada", "account role 481207359144 admin", "account unlock 481207359144",
	} {
		o := command(t, []string{"DATABASE_URL=sqlite:" + path}, "730164\n", strings.Fields(line)...)
		require.Equal(t, 1, o.Code, line)
		require.Contains(t, o.Err, path, line)
		require.Contains(t, o.Err, "bankcore migrate", line)
		require.NotContains(t, o.Err, "\n", line)
		require.Empty(t, o.Stdout+o.Stderr, line)
	}
	require.NoDirExists(t, filepath.Dir(path))
}

func TestMigrate(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "deep", "er", "bank.db")
	environ := []string{"DATABASE_URL=sqlite:" + path}
	o := command(t, environ, "", "migrate")
	require.Equal(t, 0, o.Code, o.Err)
	require.Regexp(t, `^(applied \d{5}_\w+\.sql\n)+$`, o.Stdout)
	info, err := os.Stat(path)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm())

	o = command(t, environ, "", "migrate")
	require.Equal(t, bankcoretest.Outcome{Stdout: "the database is up to date\n"}, o)

	// No command touches a database of a later version.
	bankcoretest.Edit(t, path, `INSERT INTO goose_db_version (version_id, is_applied) VALUES (99999, 1)`)
	for _, line := range []string{"migrate", "verify", "serve"} {
		o = command(t, append(environ, "ADDR=127.0.0.1:0", "OPS_ADDR=off"), "", line)
		require.Equal(t, 1, o.Code, line)
		require.Contains(t, o.Err, "99999", line)
		require.NotContains(t, o.Err, "\n", line)
		require.Empty(t, o.Stdout, line)
	}
}

// rewrite does the same to what triggers protect, and leaves the triggers as they were.
func rewrite(t *testing.T, path, statement string) {
	t.Helper()
	triggers := `FROM sqlite_schema WHERE type = 'trigger'`
	drop := bankcoretest.Ask(t, path, `SELECT group_concat('DROP TRIGGER ' || name, '; ') `+triggers)
	create := bankcoretest.Ask(t, path, `SELECT group_concat(sql, '; ') `+triggers)
	bankcoretest.Edit(t, path, drop, statement, create)
}
