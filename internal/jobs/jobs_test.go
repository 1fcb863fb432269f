package jobs

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

// All times are those of a bubble's clock, which stands still while anything runs.

// runs notes when a job has run, in minutes from the start, and fails as often as it is told to.
type runs struct {
	began time.Time
	at    []int
	fails int
}

func (r *runs) run(context.Context) error {
	r.at = append(r.at, int(time.Since(r.began).Minutes()))
	if len(r.at) <= r.fails {
		return errors.New("the database is away")
	}
	return nil
}

// liveFor starts a job, ends it after some minutes, and returns when it has run and what was logged.
func liveFor(minutes int, j job, fails int) (at []int, log string) {
	r := runs{began: time.Now(), fails: fails}
	j.run = r.run
	ctx, end := context.WithCancel(context.Background())
	var text bytes.Buffer
	wait := start(ctx, slog.New(slog.NewTextHandler(&text, nil)), []job{j})
	time.Sleep(time.Duration(minutes) * time.Minute)
	synctest.Wait()
	end()
	wait()
	time.Sleep(24 * time.Hour) // in which an ended job does not run
	return r.at, text.String()
}

func TestJobsRunAtTheirIntervals(t *testing.T) {
	t.Parallel()
	const every = 10 * time.Minute
	for name, c := range map[string]struct {
		job   job
		fails int
		at    []int
		warns int
	}{
		"again and again":           {job{every: every}, 0, []int{0, 10, 20, 30}, 0},
		"not at the start":          {job{every: every, waits: true}, 0, []int{10, 20, 30}, 0},
		"once":                      {job{every: every, once: true}, 0, []int{0}, 0},
		"after failures":            {job{every: every}, 2, []int{0, 10, 20, 30}, 2},
		"once, after failures":      {job{every: every, once: true}, 2, []int{0, 10, 20}, 2},
		"never done before the end": {job{every: every, once: true}, 100, []int{0, 10, 20, 30}, 4},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				c.job.does = "sweep the floor"
				at, log := liveFor(35, c.job, c.fails)
				require.Equal(t, c.at, at)
				const warning = `level=WARN msg="cannot sweep the floor" error="the database is away" next_try_in=10m0s`
				require.Equal(t, c.warns, bytes.Count([]byte(log), []byte(warning)), log)
				require.Equal(t, c.warns, bytes.Count([]byte(log), []byte("\n")), "it logs nothing else")
			})
		})
	}
}

// TestARunningJobEndsWithItsServer checks that the end of a job is waited for, and that it is no failure to be interrupted.
func TestARunningJobEndsWithItsServer(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, end := context.WithCancel(context.Background())
		ended := false
		var text bytes.Buffer
		wait := start(ctx, slog.New(slog.NewTextHandler(&text, nil)), []job{{every: time.Minute, run: func(ctx context.Context) error {
			<-ctx.Done()
			time.Sleep(time.Second) // the batch that is being written
			ended = true
			return ctx.Err()
		}}})
		synctest.Wait()
		end()
		wait()
		require.True(t, ended)
		require.Empty(t, text.String())
	})
}

// TestAJobThatHangsIsInterrupted checks that it shows in the log, and that it keeps no other job from running.
func TestAJobThatHangsIsInterrupted(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, end := context.WithCancel(context.Background())
		var text bytes.Buffer
		other := runs{began: time.Now()}
		wait := start(ctx, slog.New(slog.NewTextHandler(&text, nil)), []job{
			{does: "hang", every: time.Minute, run: func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }},
			{does: "work", every: 30 * time.Minute, run: other.run},
		})
		time.Sleep(longestRun)
		synctest.Wait()
		end()
		wait()
		require.Contains(t, text.String(), `msg="cannot hang" error="context deadline exceeded"`)
		require.Equal(t, []int{0, 30, 60}, other.at)
	})
}
