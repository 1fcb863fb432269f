// Package web holds the pages that the server shows to people.
package web

import "embed"

// Files holds the dashboard in "app", the template of the pages that explain problem codes in "problems", and the files that
// Swagger UI's page loads in "swagger".
//
//go:embed app problems swagger
var Files embed.FS
