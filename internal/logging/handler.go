package logging

import (
	"context"
	"log/slog"
	"net/http"
	"sync"
)

// timeLayout is RFC 3339 with as many digits as the times of the API, so that the two can be compared as text.
const timeLayout = "2006-01-02T15:04:05.000000Z07:00"

// StatusKey is the attribute that holds the status of a request's answer.
const StatusKey = "status"

// Handler writes records to a Buffer as slog's own handlers do, with times in UTC. Warnings, errors, and requests that failed on our side
// are written at once, with all that was waiting before them.
type Handler struct {
	slog.Handler
	buffer *Buffer
	form   form
}

// form is how a line is written.
type form int

const (
	slogForm form = iota // by slog alone, because there are attributes or groups around the record's own
	textForm
	jsonForm
)

// NewHandler returns a handler that writes JSON or slog's text form.
func NewHandler(buffer *Buffer, level slog.Leveler, json bool) *Handler {
	options := &slog.HandlerOptions{Level: level, ReplaceAttr: timesInUTC}
	if json {
		return &Handler{Handler: slog.NewJSONHandler(buffer, options), buffer: buffer, form: jsonForm}
	}
	return &Handler{Handler: slog.NewTextHandler(buffer, options), buffer: buffer, form: textForm}
}

func timesInUTC(_ []string, attr slog.Attr) slog.Attr {
	if attr.Value.Kind() == slog.KindTime {
		attr.Value = slog.StringValue(attr.Value.Time().UTC().Format(timeLayout))
	}
	return attr
}

// WithAttrs returns a handler that adds the attributes to each record.
func (h *Handler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return &Handler{Handler: h.Handler.WithAttrs(attrs), buffer: h.buffer}
}

// WithGroup returns a handler that puts the attributes of each record into a group.
func (h *Handler) WithGroup(name string) slog.Handler {
	return &Handler{Handler: h.Handler.WithGroup(name), buffer: h.buffer}
}

var lines = sync.Pool{New: func() any { return new([512]byte) }}

// Handle writes a record.
func (h *Handler) Handle(ctx context.Context, record slog.Record) error {
	if err := h.write(ctx, record); err != nil {
		return err
	}
	if urgent(record) {
		return h.buffer.Flush()
	}
	return nil
}

func (h *Handler) write(ctx context.Context, record slog.Record) error {
	if h.form == slogForm {
		return h.Handler.Handle(ctx, record)
	}
	pooled := lines.Get().(*[512]byte) //nolint:forcetypeassert // the pool holds nothing else
	defer lines.Put(pooled)
	line, plain := h.form.appendPlain(pooled[:0], record)
	if !plain {
		return h.Handler.Handle(ctx, record)
	}
	_, err := h.buffer.Write(line)
	return err
}

func urgent(record slog.Record) bool {
	failed := record.Level > slog.LevelInfo
	record.Attrs(func(attr slog.Attr) bool {
		failed = failed || attr.Key == StatusKey && attr.Value.Kind() == slog.KindInt64 && attr.Value.Int64() >= http.StatusInternalServerError
		return !failed
	})
	return failed
}
