package store

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// A trigger that is taken away, or one that is put in, comes with a backup or a dump like any other part of it. So before a
// database is opened, migrated or restored, its schema is compared with what the migrations of its version make.

// object is a part of a schema.
type object struct {
	kind, name string
	table      string // to which it belongs; empty if to none
	definition string // normalised, or a hash of that
	harmless   bool   // an operator may add one like it
}

func (o object) String() string { return fmt.Sprintf("%s %q", o.kind, o.name) }

// maxNamed is how many objects an error names.
const maxNamed = 5

// compareObjects refuses a schema that lacks something, that has something changed, or that has something more, unless that is
// harmless, and returns the harmless ones.
func compareObjects(want, have []object) (harmless []string, err error) {
	wanted := make(map[string]object, len(want))
	for _, o := range want {
		wanted[o.String()] = o
	}
	var faults []string
	for _, o := range have {
		expected, known := wanted[o.String()]
		delete(wanted, o.String())
		switch {
		case known && (expected.definition != o.definition || expected.table != o.table):
			faults = append(faults, o.String()+" is changed")
		case !known && o.harmless:
			harmless = append(harmless, o.String())
		case !known:
			faults = append(faults, o.String()+" does not belong there")
		}
	}
	for name, o := range wanted {
		_, gone := wanted[object{kind: "table", name: o.table}.String()]
		if o.kind == "table" || !gone { // what belongs to a table goes with it
			faults = append(faults, name+" is missing")
		}
	}
	return harmless, tampered(faults)
}

func tampered(faults []string) error {
	if len(faults) == 0 {
		return nil
	}
	slices.Sort(faults)
	if more := len(faults) - maxNamed; more > 0 {
		faults = append(faults[:maxNamed], fmt.Sprintf("and %d more", more))
	}
	return fmt.Errorf("%w: %s", ErrTampered, strings.Join(faults, "; "))
}

// gaps are the comments and spaces between the tokens of SQL; texts and quoted names are matched to be left alone.
var gaps = regexp.MustCompile(`'(?:[^']|'')*'|"(?:[^"]|"")*"|` + "`[^`]*`" + `|\[[^\]]*\]|(?:--[^\n]*|/\*(?s:.*?)\*/|\s+)+`)

// normalised is a definition in which only what a database acts on is left, so that comments can be rewritten.
func normalised(sql string) string {
	return strings.TrimSpace(gaps.ReplaceAllStringFunc(sql, func(token string) string {
		if strings.ContainsAny(token[:1], "'\"`[") {
			return token
		}
		return " "
	}))
}
