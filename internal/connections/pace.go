package connections

import (
	"context"
	"crypto/tls"
	"net"
	"net/http"
	"time"
)

const (
	// DefaultPatience is how long a client may stall while it reads its answer.
	DefaultPatience = 30 * time.Second
	// slowestClient is the minimum average rate at which a client must read an answer, in bytes a second. Otherwise a client that reads a
	// little now and then could keep its answer in memory for hours.
	slowestClient = 4 << 10
	// paceStep is how much of an answer one deadline covers.
	paceStep = 32 << 10
	// sendBuffer bounds what the system buffers of an answer for a slow client. The system reports progress in thirds of that, and on its
	// own it would grow the buffer to megabytes, which a slow line takes longer to drain than our patience.
	sendBuffer = 128 << 10
)

// Pace returns a writer that gives large answers the time that a slow line needs: the write deadline moves with what the client has
// read, and passes when the client stalls for longer than patience.
func Pace(w http.ResponseWriter, patience time.Duration) http.ResponseWriter {
	return &pacedWriter{ResponseWriter: w, patience: patience}
}

// pacedWriter writes in steps, each with a deadline of its own.
type pacedWriter struct {
	http.ResponseWriter
	patience time.Duration
	began    time.Time
	handed   int64 // bytes
}

// Unwrap lets http.ResponseController find the wrapped writer.
func (w *pacedWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// Write keeps the deadline that net/http has set for a small answer.
func (w *pacedWriter) Write(p []byte) (written int, err error) {
	for {
		step := p[written:min(len(p), written+paceStep)]
		if w.handed > 0 || len(p) > paceStep {
			w.extend(len(step))
		}
		n, err := w.ResponseWriter.Write(step)
		w.handed += int64(n)
		written += n
		if err != nil || written == len(p) {
			return written, err
		}
	}
}

func (w *pacedWriter) extend(step int) {
	now := time.Now() //nolint:forbidigo // a socket's deadline is by the clock of the machine
	if w.began.IsZero() {
		w.began = now
	}
	// A connection that takes no deadline has none to miss.
	_ = http.NewResponseController(w.ResponseWriter).SetWriteDeadline(writeDeadline(w.began, now, w.handed+int64(step), w.patience))
}

// writeDeadline returns the time by which the client must have taken the next step, when handed bytes have been written in all.
func writeDeadline(began, now time.Time, handed int64, patience time.Duration) time.Time {
	stalled, slow := now.Add(patience), began.Add(patience+time.Duration(handed)*time.Second/slowestClient)
	if slow.Before(stalled) {
		return slow
	}
	return stalled
}

// BoundSendBuffer is the http.Server's ConnContext hook.
func BoundSendBuffer(ctx context.Context, connection net.Conn) context.Context {
	if secured, ok := connection.(*tls.Conn); ok {
		connection = secured.NetConn()
	}
	if tcp, ok := connection.(*net.TCPConn); ok {
		_ = tcp.SetWriteBuffer(sendBuffer) // a hint, which systems may ignore
	}
	return ctx
}
