package baseline

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"
)

const (
	tpcbClients = 16
	// signalled is how long an interruption takes at most to reach this process after pgbench.
	signalled = time.Second
)

// TPCB is pgbench's own bank, without HTTP: each transaction updates an account, a teller and a branch, reads the balance and inserts a
// line of history, in seven round trips.
type TPCB struct {
	program string
	environ []string
	scale   int
}

// FindPgbench finds the newest of Debian's versions, which are not on PATH, or else the version on PATH.
func FindPgbench() (string, error) { return findPgbench("/usr/lib/postgresql") }

func findPgbench(versions string) (string, error) {
	found, err := filepath.Glob(filepath.Join(versions, "*", "bin", "pgbench"))
	if err != nil {
		return "", err
	}
	if len(found) > 0 {
		return slices.MaxFunc(found, func(a, b string) int { return version(a) - version(b) }), nil
	}
	program, err := exec.LookPath("pgbench")
	if err != nil {
		return "", errors.New("pgbench is not installed; it comes with PostgreSQL, on Debian in the package postgresql")
	}
	return program, nil
}

// version returns the 15 of /usr/lib/postgresql/15/bin/pgbench.
func version(program string) int {
	number, _ := strconv.Atoi(filepath.Base(filepath.Dir(filepath.Dir(program))))
	return number
}

// OpenTPCB fills the empty database that the environment names. The scale is the number of branches, each with 100,000 accounts.
func OpenTPCB(ctx context.Context, program string, environ []string, scale int) (*TPCB, error) {
	t := &TPCB{program: program, environ: append([]string{"LC_ALL=C", "PATH=/usr/bin:/bin"}, environ...), scale: scale}
	_, err := t.run(ctx, "--initialize", "--quiet", "--scale="+strconv.Itoa(scale))
	return t, err
}

// arguments are those of a run of so many seconds.
func arguments(seconds int) []string {
	return []string{
		"--client=" + strconv.Itoa(tpcbClients), "--jobs=" + strconv.Itoa(min(tpcbClients, runtime.NumCPU())), "--protocol=prepared",
		"--time=" + strconv.Itoa(seconds),
	}
}

// nothingDone is what pgbench prints, without a throughput, if no transaction was committed in time.
const nothingDone = "number of transactions actually processed: 0\n"

// Run runs for a duration, in whole seconds, and returns how many transactions were committed per second. If there were none, because the
// machine is busy, it runs again for twice as long.
func (t *TPCB) Run(ctx context.Context, duration time.Duration) (perSecond float64, err error) {
	for seconds := wholeSeconds(duration); ; seconds *= 2 {
		output, err := t.run(ctx, arguments(seconds)...)
		if err != nil {
			return 0, err
		}
		if !strings.Contains(output, nothingDone) {
			return parseTPS(output)
		}
	}
}

// Describe says how pgbench is run for a duration.
func (t *TPCB) Describe(duration time.Duration) string {
	return fmt.Sprintf("pgbench %s, after --initialize --scale=%d", strings.Join(arguments(wholeSeconds(duration)), " "), t.scale)
}

// wholeSeconds rounds up: pgbench takes no fractions.
func wholeSeconds(duration time.Duration) int {
	return int((duration + time.Second - 1) / time.Second)
}

func (t *TPCB) run(ctx context.Context, arguments ...string) (string, error) {
	command := exec.CommandContext(ctx, t.program, arguments...) //nolint:gosec // the program is pgbench
	command.Env = t.environ
	var complaints strings.Builder
	command.Stderr = &complaints
	output, err := command.Output()
	if err == nil {
		return string(output), nil
	}
	// A terminal interrupts pgbench too, and that may be seen here before this process's own interruption.
	if ended, isEnd := errors.AsType[*exec.ExitError](err); isEnd && ended.ExitCode() < 0 {
		select {
		case <-ctx.Done():
		case <-time.After(signalled):
		}
	}
	return "", fmt.Errorf("pgbench: %w: %s", err, strings.Join(strings.Fields(complaints.String()), " "))
}

var tps = regexp.MustCompile(`(?m)^tps = ([0-9.]+) `)

// parseTPS finds the throughput without the time that connecting took. Before version 14, pgbench prints it last, after the other.
func parseTPS(output string) (float64, error) {
	found := tps.FindAllStringSubmatch(output, -1)
	if len(found) == 0 {
		return 0, errors.New("pgbench does not say how many transactions it did")
	}
	return strconv.ParseFloat(found[len(found)-1][1], 64)
}
