// Package web holds the pages that the server shows to people.
package web

import "embed"

// Files has the dashboard in its folder "app", in "problems" the template of the pages that explain problem codes, and in
// "swagger" what Swagger UI's page loads.
//
//go:embed app problems swagger
var Files embed.FS
