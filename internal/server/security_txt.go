package server

import (
	"fmt"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"
)

// securityTxtLifetime is how long an answer may be relied on; RFC 9116 advises less than a year.
const securityTxtLifetime = 180 * 24 * time.Hour

// securityTxt tells finders of a weakness whom to write to (RFC 9116). An operator who runs the bank stands behind the
// contact for as long as it is served, so each answer expires counted from its own day.
func (s *Server) securityTxt(contact string) echo.HandlerFunc {
	return func(c echo.Context) error {
		expires := s.now().UTC().Truncate(24 * time.Hour).Add(securityTxtLifetime)
		return c.String(http.StatusOK, fmt.Sprintf("Contact: %s\nExpires: %s\nPreferred-Languages: en\n",
			contact, expires.Format(time.RFC3339)))
	}
}
