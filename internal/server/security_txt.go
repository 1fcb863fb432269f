package server

import (
	"fmt"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"
)

// securityTxtLifetime is how long an answer is valid; RFC 9116 recommends less than a year.
const securityTxtLifetime = 180 * 24 * time.Hour

// securityTxt tells people who find a vulnerability where to report it (RFC 9116). The contact is valid for as long as the operator
// serves it, so each answer's expiry is counted from its own day.
func (s *Server) securityTxt(contact string) echo.HandlerFunc {
	return func(c echo.Context) error {
		expires := s.now().UTC().Truncate(24 * time.Hour).Add(securityTxtLifetime)
		return c.String(http.StatusOK, fmt.Sprintf("Contact: %s\nExpires: %s\nPreferred-Languages: en\n",
			contact, expires.Format(time.RFC3339)))
	}
}
