package config

import (
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

var (
	configFields = slices.DeleteFunc(reflect.VisibleFields(reflect.TypeFor[Config]()), func(f reflect.StructField) bool { return !f.IsExported() })
	// echoable matches the unknown names that an error may repeat. A piece of a secret that was pasted over two lines of
	// .env can look like a name, so a name as long as a secret is not repeated.
	echoable = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]{0,30}$`)
	// ourFamily matches names in the environment that are ours, or those of a service called rate-limit-something:
	// Kubernetes gives every container the addresses of all services in such variables.
	ourFamily = regexp.MustCompile(`^RATE_LIMIT_[A-Z0-9_]+$`)
)

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

// checkEmpty refuses empty variables, allows them, or leaves their default in force, as their fields say.
func checkEmpty(given map[string]string) error {
	for _, field := range configFields {
		name := field.Tag.Get("env")
		if value, set := given[name]; !set || value != "" {
			continue
		}
		switch field.Tag.Get("empty") {
		case "allowed":
		case "default":
			delete(given, name)
		default:
			return fmt.Errorf("%s: expected a value, not an empty one; leave it out for the default", name)
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
	return slices.ContainsFunc(configFields, func(f reflect.StructField) bool { return f.Tag.Get("env") == name })
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
