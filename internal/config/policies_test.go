package config

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestPolicies(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		environ  []string
		trusting bool
	}{
		{nil, false},
		{[]string{"ADDR=[::1]:5000"}, false},
		{[]string{"ADDR=:5000"}, true},
		{[]string{"ADDR=:5000", "CASH=staff"}, false},
		{[]string{"ADDR=:5000", "OPENINGS=code"}, false},
	} {
		cfg, err := Parse(test.environ, "")
		require.NoError(t, err)
		require.Equal(t, test.trusting, cfg.Trusting(), test.environ)
	}
	cfg, err := Parse([]string{"SETTLEMENTS=wire, atm"}, "")
	require.NoError(t, err)
	require.Equal(t, Settlements{"wire", "atm"}, cfg.Settlements)
	for _, wrong := range []string{"CASH=nobody", "CASH=", "SETTLEMENTS=Wire", "SETTLEMENTS=wire,", "SETTLEMENTS=a-b", "SETTLEMENTS=abcdefghijklmnopq"} {
		_, err := Parse([]string{wrong}, "")
		require.Error(t, err, wrong)
	}
}
