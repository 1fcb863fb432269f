package server_test

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
)

// requestOption changes a request before it is sent.
type requestOption func(*http.Request)

func bearer(token string) requestOption { return header("Authorization", "Bearer "+token) }

func adminKey(key string) requestOption { return header("X-Admin-Key", key) }

func idempotencyKey(key string) requestOption { return header("Idempotency-Key", key) }

// chosenID gives a request an id in which no PIN occurs. In the server's random ones, short PINs do now and then.
var chosenID = header("X-Request-Id", "chosen")

func header(name, value string) requestOption {
	return func(r *http.Request) { r.Header.Set(name, value) }
}

// body sends a value as JSON.
func body(value any) requestOption {
	return func(r *http.Request) {
		text, err := json.Marshal(value)
		if err != nil {
			panic(err)
		}
		rawBody(string(text))(r)
	}
}

// rawBody sends a text as it is, as JSON unless the request already has a type.
func rawBody(text string) requestOption {
	return func(r *http.Request) {
		r.Body, r.ContentLength, r.GetBody = io.NopCloser(strings.NewReader(text)), int64(len(text)), nil
		if r.Header.Get("Content-Type") == "" {
			r.Header.Set("Content-Type", "application/json")
		}
	}
}
