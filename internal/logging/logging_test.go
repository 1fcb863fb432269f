package logging_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/logging"
)

// page is what has been written, in how many writes.
type page struct {
	mu     sync.Mutex
	text   bytes.Buffer
	writes int
	broken error
}

func (p *page) Write(lines []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.broken != nil {
		return 0, p.broken
	}
	p.writes++
	return p.text.Write(lines)
}

func (p *page) String() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.text.String()
}

func TestLinesAreWrittenByThemselves(t *testing.T) {
	t.Parallel()
	written := &page{}
	logger := slog.New(logging.NewHandler(logging.NewBuffer(written), slog.LevelInfo, false))
	for i := range 3 { // the timer runs more than once
		logger.Info("request", "i", i)
		require.Eventually(t, func() bool { return strings.HasSuffix(written.String(), fmt.Sprintf("i=%d\n", i)) }, time.Minute, time.Millisecond)
	}
}

func TestWhatIsUrgentIsWrittenAtOnce(t *testing.T) {
	t.Parallel()
	for _, json := range []bool{false, true} {
		written := &page{}
		logger := slog.New(logging.NewHandler(logging.NewBuffer(written), slog.LevelDebug, json))
		for i, urgent := range []func(){
			func() { logger.Warn("urgent") },
			func() { logger.Error("urgent", "error", errors.New("with \"quotes\"")) },
			func() { logger.With("a", 1).Error("urgent") },
			func() { logger.WithGroup("a").Warn("urgent", "b", 1) },
			func() { logger.Info("urgent", logging.StatusKey, 500) },
			func() { logger.Info("urgent", "a", "b", logging.StatusKey, 503, "c", "d") },
		} {
			logger.Info("before", logging.StatusKey, 201)
			urgent()
			got := written.String()
			require.Equal(t, i+1, strings.Count(got, "before"), "it takes with it what waits")
			require.Equal(t, i+1, strings.Count(got, "urgent"))
			require.Greater(t, strings.LastIndex(got, "urgent"), strings.LastIndex(got, "before"), "in order")
		}
	}
}

func TestOneWriteForManyLines(t *testing.T) {
	t.Parallel()
	written := &page{}
	buffer := logging.NewBuffer(written)
	line := []byte(strings.Repeat("x", 99) + "\n")
	for range 6_554 { // ten times 64 KiB
		_, err := buffer.Write(line)
		require.NoError(t, err)
	}
	require.NoError(t, buffer.Flush())
	require.Len(t, written.String(), 655_400)
	// On a slow machine the timer adds some.
	require.Less(t, written.writes, 3_000)

	long := strings.Repeat("y", 1<<20) + "\n"
	_, err := buffer.Write([]byte(long))
	require.NoError(t, err)
	require.NoError(t, buffer.Flush())
	require.True(t, strings.HasSuffix(written.String(), "x\n"+long))
}

func TestLinesStayWhole(t *testing.T) {
	t.Parallel()
	written := &page{}
	buffer := logging.NewBuffer(written)
	logger := slog.New(logging.NewHandler(buffer, slog.LevelInfo, false))
	const writers, each = 8, 500
	var all sync.WaitGroup
	for w := range writers {
		all.Go(func() {
			for i := range each {
				switch i % 50 {
				case 0:
					logger.Warn("urgent", "writer", w, "i", i)
				case 1:
					logger.Info("needs quotes", "writer", w, "i", i)
				default:
					logger.Info("request", "writer", w, "i", i)
				}
			}
		})
	}
	all.Wait()
	require.NoError(t, buffer.Flush())
	next := map[int]int{}
	for line := range strings.Lines(written.String()) {
		var writer, i int
		_, place, found := strings.Cut(line, " writer=")
		require.True(t, found && strings.HasPrefix(line, "time="), line)
		_, err := fmt.Sscanf(place, "%d i=%d\n", &writer, &i)
		require.NoError(t, err, line)
		require.Equal(t, next[writer], i, "each writer's lines are in order")
		next[writer]++
	}
	for w := range writers {
		require.Equal(t, each, next[w])
	}
}

func TestAFailedWriteIsReported(t *testing.T) {
	t.Parallel()
	written := &page{broken: errors.New("no space left on device")}
	buffer := logging.NewBuffer(written)
	_, err := buffer.Write([]byte("lost\n"))
	require.NoError(t, err)
	require.ErrorIs(t, buffer.Flush(), written.broken)
	require.NoError(t, buffer.Flush(), "only once")
	written.broken = nil
	_, err = buffer.Write([]byte("kept\n"))
	require.NoError(t, err)
	require.NoError(t, buffer.Flush())
	require.Equal(t, "kept\n", written.String())
}

// FuzzLines: each line is, byte for byte, what slog would have written.
func FuzzLines(f *testing.F) {
	for _, text := range []string{"request", "", "two words", `a"b`, "a=b", `a\b`, "ä", "\x00", "\xff", "\u2028", "/accounts/:account_number/transfer", "<&>"} {
		f.Add(text, "route", text, int64(-1), 0.25, int64(1_800_000_000_123_456), 0)
		f.Add("request", text, "POST", int64(math.MaxInt64), math.Inf(1), int64(-1), 3)
		f.Add("request", "f", "POST", int64(0), 1e20, int64(1), 4)
		f.Add("request", "f", "POST", int64(0), 123456.789, int64(1), -4)
	}
	options := &slog.HandlerOptions{Level: slog.LevelDebug, ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		if a.Value.Kind() == slog.KindTime {
			return slog.String(a.Key, a.Value.Time().UTC().Format("2006-01-02T15:04:05.000000Z07:00"))
		}
		return a
	}}
	f.Fuzz(func(t *testing.T, message, key, text string, number int64, fraction float64, at int64, level int) {
		record := slog.NewRecord(time.UnixMicro(at), slog.Level(level), message, 0)
		record.AddAttrs(slog.String(key, text), slog.Int64("n", number), slog.Float64("f", fraction))
		for _, more := range [][]slog.Attr{nil, {slog.Any("any", text)}, {slog.Time("at", time.UnixMicro(at))}, {slog.Group("g", "a", 1)}, {{}}} {
			record.AddAttrs(more...)
			for json, slogs := range map[bool]func(io.Writer, *slog.HandlerOptions) slog.Handler{
				false: func(w io.Writer, o *slog.HandlerOptions) slog.Handler { return slog.NewTextHandler(w, o) },
				true:  func(w io.Writer, o *slog.HandlerOptions) slog.Handler { return slog.NewJSONHandler(w, o) },
			} {
				var want bytes.Buffer
				require.NoError(t, slogs(&want, options).Handle(context.Background(), record))
				written := &page{}
				buffer := logging.NewBuffer(written)
				require.NoError(t, logging.NewHandler(buffer, slog.LevelDebug, json).Handle(context.Background(), record))
				require.NoError(t, buffer.Flush())
				require.Equal(t, want.String(), written.String())
			}
		}
	})
}
