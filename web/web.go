// Package web holds the pages that the server shows to people.
package web

import "embed"

// Files has the dashboard in its folder "app", and in "problems" the template of the pages that explain problem codes.
//
//go:embed app problems
var Files embed.FS
