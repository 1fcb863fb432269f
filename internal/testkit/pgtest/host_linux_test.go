package pgtest_test

import (
	"context"
	"errors"
	"os"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/testkit/bankcoretest"
	"github.com/bankingcore/bankcore/internal/testkit/nettest"
	"github.com/bankingcore/bankcore/internal/testkit/pgtest"
)

func TestReplicaTakesOverFromAPrimaryThatIsCutOff(t *testing.T) {
	bankcoretest.More(t)
	t.Parallel()
	host, err := nettest.NewHost(t)
	if errors.Is(err, os.ErrPermission) {
		t.Logf("no cable is cut here: %v", err)
		return
	}
	require.NoError(t, err)
	primary := pgtest.StartOn(t, host)
	replica := primary.Replica(t)
	primary.Synchronize(t, replica)
	conn := connect(t, primary.URL("bankcore"))
	execute(t, conn, "CREATE TABLE things (id BIGINT)")

	host.Cut(t)
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	_, err = conn.Exec(ctx, "INSERT INTO things VALUES (1)")
	require.ErrorIs(t, err, context.DeadlineExceeded)
	replica.Promote(t)
	url := primary.URL("bankcore", replica) + "&target_session_attrs=read-write&connect_timeout=10" // the primary is silent, and the replica may be slow
	execute(t, connect(t, url), "INSERT INTO things VALUES (2)")
	primary.Kill(t)
	host.Mend(t)
	primary.Restart(t)
	require.EqualValues(t, 0, count(t, primary.URL("bankcore")))
	require.EqualValues(t, 1, count(t, replica.URL("bankcore")))
}

func count(t *testing.T, url string) int64 {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	require.NoError(t, err)
	defer func() { _ = conn.Close(context.Background()) }()
	return query[int64](t, conn, "SELECT count(*) FROM things")
}
