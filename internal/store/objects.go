package store

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// A removed trigger, or an added one, is carried along in a backup or a dump like anything else. So before a database is opened,
// migrated or restored, its schema is compared with what the migrations of its version create.

// object is one part of a schema.
type object struct {
	kind, name string
	table      string // that it belongs to; empty if none
	definition string // or a hash of its normal form
	harmless   bool   // operators may add objects of this kind
}

func (o object) String() string { return fmt.Sprintf("%s %q", o.kind, o.name) }

// maxNamed is how many objects an error lists.
const maxNamed = 5

// compareObjects refuses a schema in which something is missing, changed or added. It allows additions that are harmless, and returns them.
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
		case known && (!sameDefinition(expected.definition, o.definition) || expected.table != o.table):
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

// sameDefinition compares the normal forms only of definitions that differ as they are, which few do.
func sameDefinition(a, b string) bool { return a == b || normalised(a) == normalised(b) }

// gaps matches comments and spaces between the tokens of SQL. It also matches strings and quoted names, which are left as they are.
var gaps = regexp.MustCompile(`'(?:[^']|'')*'|"(?:[^"]|"")*"|` + "`[^`]*`" + `|\[[^\]]*\]|(?:--[^\n]*|/\*(?s:.*?)\*/|\s+)+`)

// normalised reduces a definition to what the database acts on, so that comments and layout can be changed.
func normalised(sql string) string {
	return strings.TrimSpace(gaps.ReplaceAllStringFunc(sql, func(token string) string {
		if strings.ContainsAny(token[:1], "'\"`[") {
			return token
		}
		return " "
	}))
}
