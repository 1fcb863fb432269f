package config

import (
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/bankingcore/bankcore/internal/ratelimit"
)

// variable is a setting as the environment names it.
type variable struct {
	name     string
	standard string // the value where none is set
	empty    string // what an empty value means: "allowed", "default", or "" if it is refused
}

var (
	// variables lists the variables of Config's fields, and then those of the limits.
	variables = slices.Concat(fieldVariables(), limitVariables())
	// echoable matches the unknown names that an error may repeat. A piece of a secret that was pasted over two lines of
	// .env can look like a name, so a name as long as a secret is not repeated.
	echoable = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]{0,30}$`)
	// ourFamily matches names in the environment that are ours, or those of a service called rate-limit-something:
	// Kubernetes gives every container the addresses of all services in such variables.
	ourFamily = regexp.MustCompile(`^RATE_LIMIT_[A-Z0-9_]+$`)
)

func fieldVariables() []variable {
	var all []variable
	for _, field := range reflect.VisibleFields(reflect.TypeFor[Config]()) {
		if name := field.Tag.Get("env"); name != "" {
			all = append(all, variable{name, field.Tag.Get("envDefault"), field.Tag.Get("empty")})
		}
	}
	return all
}

func limitVariables() []variable {
	var all []variable
	for _, d := range ratelimit.Definitions() {
		all = append(all, variable{name: LimitVariable(d.Name), standard: fmt.Sprintf("%d/1m", d.Default.Requests)})
	}
	return all
}

// LimitVariable returns the variable of one of the contract's limits.
func LimitVariable(limit string) string { return "RATE_LIMIT_" + strings.ToUpper(limit) }

// readVariables returns our variables, those of environ over those of dotenv. A misspelt name would silently leave a default
// in force, so dotenv, which is ours alone, may hold nothing unknown. The environment is full of other programs' variables:
// there, an unknown name is ignored, with a warning if it looks like one of ours.
func readVariables(environ []string, dotenv string) (given map[string]string, warnings []string, err error) {
	given, err = readDotenv(dotenv)
	if err != nil {
		return nil, nil, fmt.Errorf(".env: %w", err)
	}
	for name := range given {
		if !Known(name) {
			return nil, nil, unknownVariable(dotenv)
		}
	}
	var unknown []string
	for _, entry := range environ {
		name, value, _ := strings.Cut(entry, "=")
		switch {
		case name == "DEBUG" && !isBool(value): // Node.js packages read a pattern in it
			warnings = append(warnings, "DEBUG in the environment is neither true nor false, and is ignored")
		case Known(name):
			given[name] = value
		case ourFamily.MatchString(name):
			unknown = append(unknown, name)
		}
	}
	if len(unknown) > 0 {
		slices.Sort(unknown)
		warnings = append(warnings, "unknown variables in the environment are ignored: "+strings.Join(unknown, ", "))
	}
	return given, warnings, checkEmpty(given)
}

// checkEmpty refuses empty variables, allows them, or leaves their default in force, as is said of each.
func checkEmpty(given map[string]string) error {
	for _, v := range variables {
		if value, set := given[v.name]; !set || value != "" {
			continue
		}
		switch v.empty {
		case "allowed":
		case "default":
			delete(given, v.name)
		default:
			return fmt.Errorf("%s: expected a value, not an empty one; leave it out for the default", v.name)
		}
	}
	return nil
}

func isBool(text string) bool {
	_, err := strconv.ParseBool(text)
	return text == "" || err == nil
}

// Known reports whether a variable is one of the settings.
func Known(name string) bool {
	return slices.ContainsFunc(variables, func(v variable) bool { return v.name == name })
}

// unknownVariable names the first unknown variable of .env and its line.
func unknownVariable(dotenv string) error {
	var first string
	line := lineWhere(dotenv, func(given map[string]string, _ error) bool {
		for name := range given {
			if !Known(name) {
				first = name
				return true
			}
		}
		return false
	})
	if !echoable.MatchString(first) {
		first = ".env" // the place to look for it
	}
	return fmt.Errorf("%s: unknown variable in line %d of .env, expected only the names that .env.example lists", first, line)
}
