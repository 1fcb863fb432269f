package baseline

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestParseTPS(t *testing.T) {
	t.Parallel()
	for output, want := range map[string]float64{
		"latency average = 3.4 ms\ninitial connection time = 20 ms\ntps = 4701.25 (without initial connection time)\n":        4701.25,
		"tps = 4600.5 (including connections establishing)\ntps = 4701.25 (excluding connections establishing)\n":             4701.25,
		"number of transactions actually processed: 0\ntps = 0.000000 (without initial connection time)\nstatement latencies": 0,
	} {
		got, err := parseTPS(output)
		require.NoError(t, err)
		require.InDelta(t, want, got, 1e-9)
	}
	for _, output := range []string{"", "maximum tps = 12 ", "tps = none "} {
		_, err := parseTPS(output)
		require.ErrorContains(t, err, "does not say")
	}
}

func TestFindPgbench(t *testing.T) {
	folder := t.TempDir()
	t.Setenv("PATH", folder)
	_, err := findPgbench(folder)
	require.ErrorContains(t, err, "pgbench is not installed")
	onPath := filepath.Join(folder, "pgbench")
	require.NoError(t, os.WriteFile(onPath, nil, 0o700))
	found, err := findPgbench(folder)
	require.NoError(t, err)
	require.Equal(t, onPath, found)
	for _, version := range []string{"9", "15", "14"} {
		require.NoError(t, os.MkdirAll(filepath.Join(folder, version, "bin"), 0o700))
		require.NoError(t, os.WriteFile(filepath.Join(folder, version, "bin", "pgbench"), nil, 0o700))
	}
	found, err = findPgbench(folder)
	require.NoError(t, err)
	require.Equal(t, filepath.Join(folder, "15", "bin", "pgbench"), found)
}

// TestTPCBFails: pgbench's complaint is in the error. A run on real databases is among the tests of bankbench.
func TestTPCBFails(t *testing.T) {
	t.Parallel()
	program, err := FindPgbench()
	require.NoError(t, err)
	_, err = OpenTPCB(t.Context(), program, []string{"PGHOST=127.0.0.1", "PGPORT=1", "PGUSER=bank", "PGDATABASE=bank"}, 1)
	require.ErrorContains(t, err, "pgbench: exit status 1: ")
	require.ErrorContains(t, err, "Connection refused")
	require.NotContains(t, err.Error(), "\n")
}

// TestTPCBRunsUntilSomethingIsDone: a run in which nothing was committed has no throughput, and is no fault either.
func TestTPCBRunsUntilSomethingIsDone(t *testing.T) {
	t.Parallel()
	program := filepath.Join(t.TempDir(), "pgbench")
	require.NoError(t, os.WriteFile(program, []byte(`#!/bin/sh
case "$*" in
*--time=4) echo 'tps = 0.250000 (without initial connection time)' ;;
*) echo 'number of transactions actually processed: 0' ;;
esac
`), 0o700))
	perSecond, err := (&TPCB{program: program}).Run(t.Context(), time.Second)
	require.NoError(t, err)
	require.InDelta(t, 0.25, perSecond, 1e-9)
}

func TestWholeSeconds(t *testing.T) {
	t.Parallel()
	for duration, want := range map[time.Duration]int{20 * time.Millisecond: 1, time.Second: 1, 2100 * time.Millisecond: 3} {
		require.Equal(t, want, wholeSeconds(duration))
	}
}
