package server

import (
	"context"
	"crypto/tls"
	"net"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"
)

const (
	// defaultPatience is how long a client may take nothing of its answer.
	defaultPatience = 30 * time.Second
	// slowestClient is the rate that an answer must be taken at as a whole, in bytes a second. Else a client that takes a little now and
	// then could keep its answer in memory for hours.
	slowestClient = 4 << 10
	// paceStep is how much of an answer one deadline is for.
	paceStep = 32 << 10
	// sendBuffer bounds what the system keeps of an answer for a slow client. It tells of progress in thirds of that, and by itself it
	// would grow to megabytes, which a slow line takes for longer than our patience.
	sendBuffer = 128 << 10
)

// pace lets large answers take the time that a slow line needs: the deadline of a write moves with what has been taken.
func (s *Server) pace(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		response := c.Response()
		response.Writer = &pacedWriter{ResponseWriter: response.Writer, patience: s.http.WriteTimeout}
		return next(c)
	}
}

// pacedWriter writes in steps, each with a deadline of its own.
type pacedWriter struct {
	http.ResponseWriter
	patience time.Duration
	began    time.Time
	handed   int64 // bytes
}

// Unwrap lets http.ResponseController see the writer below.
func (w *pacedWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// Write leaves the deadline of a small answer as net/http has set it.
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
	// Where there is no deadline to set, there is none to miss.
	_ = http.NewResponseController(w.ResponseWriter).SetWriteDeadline(writeDeadline(w.began, now, w.handed+int64(step), w.patience))
}

// writeDeadline is when the next step must have been taken, by which so many bytes have been handed over in all.
func writeDeadline(began, now time.Time, handed int64, patience time.Duration) time.Time {
	stalled, slow := now.Add(patience), began.Add(patience+time.Duration(handed)*time.Second/slowestClient)
	if slow.Before(stalled) {
		return slow
	}
	return stalled
}

// boundSendBuffer is for http.Server.ConnContext.
func boundSendBuffer(ctx context.Context, connection net.Conn) context.Context {
	if secured, ok := connection.(*tls.Conn); ok {
		connection = secured.NetConn()
	}
	if tcp, ok := connection.(*net.TCPConn); ok {
		_ = tcp.SetWriteBuffer(sendBuffer) // a hint, which systems may leave unheard
	}
	return ctx
}
