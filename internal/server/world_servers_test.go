package server_test

import (
	"maps"
	"testing"

	"github.com/stretchr/testify/require"
)

// beside returns another server of the same bank, whose options differ. It ends with the test.
func (w *world) beside(t *testing.T, change func(*options)) *world {
	t.Helper()
	another := w.lend(t)
	another.options.limits = maps.Clone(w.options.limits)
	change(&another.options)
	another.listen()
	t.Cleanup(another.stop)
	return another
}

// withoutDatabase returns a server with the same secrets that has lost its database.
func (w *world) withoutDatabase() *world {
	lost := newWorld(w.t)
	require.NoError(w.t, lost.store.Close())
	return lost
}

// atOps returns the same world at the operators' listener.
func (w *world) atOps() *world {
	ops := *w
	ops.url = w.ops
	return &ops
}

// lend returns the same world for a subtest, which fails on its own.
func (w *world) lend(t *testing.T) *world {
	t.Helper()
	lent := *w
	lent.t = t
	return &lent
}
