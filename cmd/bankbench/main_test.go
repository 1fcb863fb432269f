package main

import (
	"bufio"
	"bytes"
	"context"
	"flag"
	"io"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/config"
	"github.com/bankingcore/bankcore/internal/server"
	"github.com/bankingcore/bankcore/internal/setup"
	"github.com/bankingcore/bankcore/internal/store"
	"github.com/bankingcore/bankcore/internal/testkit/pgtest"
)

var update = flag.Bool("update", false, "write the golden file anew")

// asProgram makes the test's binary behave as the program, for tests that need a process.
const asProgram = "BANKBENCH_TEST_AS_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		main()
	}
	os.Exit(pgtest.Main(m))
}

// outcome is how one command line ended.
type outcome struct {
	code   int
	stdout string
	stderr string
	err    string // what main would print after "bankbench: "
}

// command executes one command line within the test's own process.
func command(t *testing.T, environ []string, args ...string) outcome {
	t.Helper()
	var stdout, stderr strings.Builder
	// Never nil: cobra would take the test's own arguments instead.
	err := run(t.Context(), append([]string{}, args...), environ, &stdout, &stderr)
	o := outcome{code: exitCode(err), stdout: stdout.String(), stderr: stderr.String()}
	if err != nil {
		o.err = err.Error()
	}
	return o
}

// interrupt runs the program in a process of its own, and interrupts it once it has written something to stderr.
func interrupt(t *testing.T, environ []string, pattern string, args ...string) outcome {
	t.Helper()
	send := func(process *os.Process, _ <-chan struct{}) { require.NoError(t, process.Signal(os.Interrupt)) }
	return interruptBy(t, send, environ, pattern, args...)
}

// interruptUntilItEnds is for a program that somebody does not wait for.
func interruptUntilItEnds(t *testing.T, pattern string, args ...string) outcome {
	t.Helper()
	return interruptBy(t, func(process *os.Process, ended <-chan struct{}) {
		for {
			_ = process.Signal(os.Interrupt) // it may have ended
			select {
			case <-ended:
				return
			case <-time.After(10 * time.Millisecond):
			}
		}
	}, nil, pattern, args...)
}

func interruptBy(
	t *testing.T, send func(process *os.Process, ended <-chan struct{}), environ []string, pattern string, args ...string,
) outcome {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute) // ends a process that hangs
	defer cancel()
	program, err := os.Executable()
	require.NoError(t, err)
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Env = append([]string{asProgram + "=1", "GORACE=halt_on_error=1 exitcode=66", "TMPDIR=" + t.TempDir()}, environ...)
	cmd.Dir = t.TempDir()
	var stdout bytes.Buffer
	cmd.Stdout = &stdout
	pipe, err := cmd.StderrPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	var stderr strings.Builder
	lines := bufio.NewScanner(io.TeeReader(pipe, &stderr))
	ended := make(chan struct{})
	var sending sync.WaitGroup
	for expected := regexp.MustCompile(pattern); lines.Scan(); {
		if expected.MatchString(lines.Text()) {
			sending.Go(func() { send(cmd.Process, ended) })
			break
		}
	}
	_, err = io.Copy(&stderr, pipe)
	close(ended)
	sending.Wait()
	require.NoError(t, err)
	_ = cmd.Wait() // its state says how it ended
	return outcome{code: cmd.ProcessState.ExitCode(), stdout: stdout.String(), stderr: stderr.String()}
}

// migrated opens the database of a new bank, configured by the environment.
func migrated(t *testing.T, path string, environ ...string) (config.Config, *store.Store) {
	t.Helper()
	cfg, err := config.Parse(append([]string{"DATABASE_URL=sqlite:" + path}, environ...), "")
	require.NoError(t, err)
	for _, key := range []*config.Secret{&cfg.SecretKey, &cfg.AdminKey, &cfg.PINPepper} {
		*key = config.Secret(config.NewSecret())
	}
	_, err = store.Migrate(t.Context(), string(cfg.DatabaseURL))
	require.NoError(t, err)
	s, err := store.Open(t.Context(), string(cfg.DatabaseURL))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	return cfg, s
}

// serve starts the server of a new bank as bankcore does, except for what change alters, and returns its URL.
func serve(t *testing.T, change func(server.Config) server.Config, environ ...string) string {
	t.Helper()
	cfg, s := migrated(t, filepath.Join(t.TempDir(), "bank.db"), environ...)
	a, b, err := setup.Open(s, cfg, time.Now)
	require.NoError(t, err)
	settings := setup.ServerConfig(cfg, s, a, b, slog.New(slog.DiscardHandler))
	if change != nil {
		settings = change(settings)
	}
	srv, err := server.New(settings)
	require.NoError(t, err)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- srv.Serve(ctx, listener, nil) }()
	t.Cleanup(func() {
		stop()
		require.NoError(t, <-ended)
	})
	return "http://" + listener.Addr().String()
}

func TestHelp(t *testing.T) {
	t.Parallel()
	o := command(t, nil, "--help")
	require.Equal(t, 0, o.code, o.err)
	require.Empty(t, o.stderr)
	require.Equal(t, o, command(t, nil, "-h"))
	require.Contains(t, o.stdout, "Usage:\n  bankbench")
	for text := range strings.SplitSeq(o.stdout, "\n") {
		require.LessOrEqual(t, len([]rune(text)), 120, "too wide for a terminal: %s", text)
	}
	path := filepath.Join("testdata", "help.txt")
	if *update {
		require.NoError(t, os.WriteFile(path, []byte(o.stdout), 0o600))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err, "run: go test ./cmd/bankbench -run TestHelp -update")
	require.Equal(t, string(want), o.stdout)
}

func TestUsageErrors(t *testing.T) {
	t.Parallel()
	// The error would be about the setting if anything but the command line were checked first.
	environ := []string{"LOG_LEVEL=loud"}
	for line, says := range map[string]string{
		"--nonsense":                     "unknown flag: --nonsense",
		"now":                            "now",
		"--accounts 1":                   "--accounts: expected 2 to 10000000",
		"--accounts many":                `invalid argument "many"`,
		"--url=http://a --accounts 2001": "--accounts: expected 2 to 2000",
		"--connections 0":                "--connections: expected 1 to 4096",
		"--duration 11m":                 "--duration: expected 100ms to 10m0s",
		"--duration 5m --baseline":       "--duration: expected 100ms to 4m0s",
		"--duration 10":                  `invalid argument "10"`,
		"--history -2":                   "--history: expected 0 to 1000000000",
		"--mix transfer=":                "--mix: expected NAME or NAME=WEIGHT",
		"--items 0":                      "--items: expected 1 to 1000",
		"--items 1001":                   "--items: expected 1 to 1000",
		"--mix refund=1":                 `--mix: "refund" is not an operation`,
		"--keys v7":                      `--keys: "v7" is not a style of keys`,
		"--hot=10000":                    "--hot: no account is left to send",
		"--hot=0%":                       "--hot: expected a number of accounts",
		"--hot 1%":                       "1%",
		"--seed x":                       `invalid argument "x"`,
		"--url localhost:5000":           "--url: expected the URL of a server",
		"--url http://a --history 10":    "are for the embedded server",
		"--url http://a --database b":    "are for the embedded server",
		"--pgbench-scale 0":              "--pgbench-scale: expected 1 to 10000",
		"--database postgres://a:b@%zz":  "--database: expected the URL of a database on one PostgreSQL server",
		"--database postgres://a?port=x": "--database: not a URL of PostgreSQL",
	} {
		o := command(t, environ, strings.Fields(line)...)
		require.Equal(t, 2, o.code, "%s: %s", line, o.err)
		require.Contains(t, o.err, says, line)
		require.Contains(t, o.err, "; see bankbench --help", line)
		require.NotContains(t, o.err, "\n", line)
		require.Empty(t, o.stdout+o.stderr, line)
	}
}

// TestConfigErrors: a mistake in the settings is one line that names the variable, and nothing is done.
func TestConfigErrors(t *testing.T) {
	t.Parallel()
	const leak = "hunter2"
	path := filepath.Join(t.TempDir(), "bench.db")
	for _, name := range []string{"ADDR", "RATE_LIMIT_LOGIN", "ADMIN_KEY", "LOG_LEVEL"} {
		o := command(t, []string{name + "=" + leak}, "--database="+path)
		require.Equal(t, 1, o.code, name)
		require.Contains(t, o.err, name)
		require.NotContains(t, o.err, "\n", name)
		require.NotContains(t, o.err+o.stdout+o.stderr, leak, name)
		require.Empty(t, o.stdout+o.stderr, name)
	}
	require.NoFileExists(t, path)
}
