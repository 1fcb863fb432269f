package contract

import (
	"regexp"
	"regexp/syntax"
	"slices"

	"github.com/getkin/kin-openapi/openapi3"
)

// plainText is what the contract says about a text. It is asked only about printable ASCII, where a character is a byte.
type plainText struct {
	minimum, maximum int // its length; the maximum is -1 if there is none
	enum             []string
	pattern          *regexp.Regexp // nil for none
	runs             []plainRun     // instead of the pattern, if it is a simple one
}

// plainTextOf returns nil unless it knows everything that the schema says.
func plainTextOf(schema openapi3.Schema) *plainText {
	t := &plainText{minimum: int(schema.MinLength), maximum: -1}
	if schema.MaxLength != nil {
		t.maximum = int(*schema.MaxLength)
	}
	for _, value := range schema.Enum {
		text, ok := value.(string)
		if !ok {
			return nil
		}
		t.enum = append(t.enum, text)
	}
	if schema.Pattern != "" {
		var err error
		if t.pattern, err = regexp.Compile(schema.Pattern); err != nil {
			return nil
		}
		if t.runs = plainRunsOf(schema.Pattern); t.runs != nil {
			t.pattern = nil
		}
	}
	if _, checked := openapi3.SchemaStringFormats[schema.Format]; checked || !schema.Type.Is(openapi3.TypeString) {
		return nil
	}
	schema.MinLength, schema.MaxLength, schema.Enum, schema.Pattern, schema.Format = 0, nil, nil, "", ""
	if saysMore(schema) {
		return nil
	}
	return t
}

func (t *plainText) accepts(text string) bool {
	return len(text) >= t.minimum && (t.maximum < 0 || len(text) <= t.maximum) &&
		(t.enum == nil || slices.Contains(t.enum, text)) &&
		(t.pattern == nil || t.pattern.MatchString(text)) &&
		(t.runs == nil || matchRuns(t.runs, text))
}

func isPrintable(c byte) bool { return ' ' <= c && c <= '~' }

// isPlain reports whether a text is printable ASCII.
func isPlain(text string) bool {
	for i := range len(text) {
		if !isPrintable(text[i]) {
			return false
		}
	}
	return true
}

// plainRun is a part of a pattern: so many bytes of a set.
type plainRun struct {
	set              [128]bool
	minimum, maximum int // the maximum is -1 if there is none
}

// plainRunsOf returns the parts of a pattern such as ^[0-9]{12}$ or ^[A-Z]{3}-[0-9]+$: sets in a row, of which only the last may vary in
// length. The longest match of each is then the only one. It returns nil for other patterns.
func plainRunsOf(pattern string) []plainRun {
	parsed, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil || parsed.Op != syntax.OpConcat || len(parsed.Sub) < 3 {
		return nil
	}
	first, last := parsed.Sub[0], parsed.Sub[len(parsed.Sub)-1]
	if first.Op != syntax.OpBeginText || last.Op != syntax.OpEndText {
		return nil
	}
	var runs []plainRun
	for _, part := range parsed.Sub[1 : len(parsed.Sub)-1] {
		if len(runs) > 0 && runs[len(runs)-1].minimum != runs[len(runs)-1].maximum {
			return nil
		}
		run, ok := plainRunOf(part)
		if !ok {
			return nil
		}
		runs = append(runs, run...)
	}
	return runs
}

func plainRunOf(part *syntax.Regexp) (runs []plainRun, simple bool) {
	once := plainRun{minimum: 1, maximum: 1}
	switch part.Op { //nolint:exhaustive // the others are not simple
	case syntax.OpCharClass:
		for i := 0; i < len(part.Rune); i += 2 {
			for c := part.Rune[i]; c <= min(part.Rune[i+1], 127); c++ {
				once.set[c] = true
			}
		}
		return []plainRun{once}, true
	case syntax.OpLiteral:
		for _, c := range part.Rune {
			if c > 127 || part.Flags&syntax.FoldCase != 0 {
				return nil, false
			}
			only := once
			only.set[c] = true
			runs = append(runs, only)
		}
		return runs, true
	case syntax.OpPlus, syntax.OpRepeat:
		repeated := part.Sub[0]
		runs, simple = plainRunOf(repeated)
		if !simple || len(runs) != 1 || (repeated.Op != syntax.OpCharClass && repeated.Op != syntax.OpLiteral) {
			return nil, false
		}
		if runs[0].minimum, runs[0].maximum = part.Min, part.Max; part.Op == syntax.OpPlus {
			runs[0].minimum, runs[0].maximum = 1, -1
		}
		return runs, true
	}
	return nil, false
}

func matchRuns(runs []plainRun, text string) bool {
	for i := range runs {
		run, n := &runs[i], 0
		for n < len(text) && n != run.maximum && text[n] < 128 && run.set[text[n]] {
			n++
		}
		if n < run.minimum {
			return false
		}
		text = text[n:]
	}
	return text == ""
}
