package contract

import (
	"encoding/json"
	"reflect"
	"slices"
	"strconv"

	"github.com/getkin/kin-openapi/openapi3"
)

// plainObject reads bodies that are one flat object.
type plainObject struct {
	members  []plainMember
	required uint64 // the bits of the members that a body must have
}

// plainMember is a text or an integer.
type plainMember struct {
	name    string
	text    *plainText
	integer *plainInteger
}

// plainObjectOf returns nil unless it knows everything that the schema says.
func plainObjectOf(schema openapi3.Schema) *plainObject {
	o := &plainObject{}
	if !schema.Type.Is(openapi3.TypeObject) || len(schema.Properties) > 64 {
		return nil
	}
	for name, property := range schema.Properties {
		member := plainMember{name, plainTextOf(*property.Value), plainIntegerOf(*property.Value)}
		if (member.text == nil && member.integer == nil) || !isPlain(name) {
			return nil
		}
		if slices.Contains(schema.Required, name) {
			o.required |= 1 << len(o.members)
		}
		o.members = append(o.members, member)
	}
	for _, name := range schema.Required {
		if schema.Properties[name] == nil {
			return nil
		}
	}
	schema.Properties, schema.Required = nil, nil
	schema.AdditionalProperties = openapi3.AdditionalProperties{} // a body with others is not accepted
	if saysMore(schema) {
		return nil
	}
	return o
}

// read returns the members of a body that plainly matches: nothing escaped, nothing nested, and no member twice.
func (o *plainObject) read(text string) (members map[string]any, plain bool) {
	in := plainScanner{rest: text}
	if !in.skip('{') {
		return nil, false
	}
	members = make(map[string]any, len(o.members))
	var seen uint64
	for {
		name, ok := in.text()
		i := slices.IndexFunc(o.members, func(m plainMember) bool { return m.name == name })
		if !ok || i < 0 || seen&(1<<i) != 0 || !in.skip(':') {
			return nil, false
		}
		seen |= 1 << i
		if members[name], ok = o.members[i].read(&in); !ok {
			return nil, false
		}
		if !in.skip(',') {
			break
		}
	}
	return members, in.skip('}') && in.ended() && seen&o.required == o.required
}

func (m *plainMember) read(in *plainScanner) (value any, plain bool) {
	if m.text != nil {
		text, ok := in.text()
		return text, ok && m.text.accepts(text)
	}
	number, ok := in.integer()
	return number, ok && m.integer.accepts(number)
}

// plainScanner reads JSON's tokens in their simplest form.
type plainScanner struct{ rest string }

// skip skips white space and then the sign. If another sign follows, it returns false.
func (s *plainScanner) skip(sign byte) bool {
	s.space()
	if s.rest == "" || s.rest[0] != sign {
		return false
	}
	s.rest = s.rest[1:]
	return true
}

func (s *plainScanner) space() {
	for s.rest != "" && (s.rest[0] == ' ' || s.rest[0] == '\n' || s.rest[0] == '\r' || s.rest[0] == '\t') {
		s.rest = s.rest[1:]
	}
}

func (s *plainScanner) ended() bool {
	s.space()
	return s.rest == ""
}

// text reads a string of printable ASCII without escapes.
func (s *plainScanner) text() (text string, plain bool) {
	if !s.skip('"') {
		return "", false
	}
	for i := range len(s.rest) {
		switch c := s.rest[i]; {
		case c == '"':
			text, s.rest = s.rest[:i], s.rest[i+1:]
			return text, true
		case c == '\\' || !isPrintable(c):
			return "", false
		}
	}
	return "", false
}

// plainDigits is how many digits a plain integer may have, so that a float64, which kin-openapi compares, holds it exactly.
const plainDigits = 15

// integer reads an integer that is not negative.
func (s *plainScanner) integer() (number json.Number, plain bool) {
	s.space()
	i := 0
	for i < len(s.rest) && s.rest[i] >= '0' && s.rest[i] <= '9' {
		i++
	}
	if i == 0 || i > plainDigits || (s.rest[0] == '0' && i > 1) {
		return "", false
	}
	number, s.rest = json.Number(s.rest[:i]), s.rest[i:]
	return number, true
}

// plainInteger is what the contract says about an integer.
type plainInteger struct{ minimum, maximum *float64 }

// plainIntegerOf returns nil unless it knows everything that the schema says.
func plainIntegerOf(schema openapi3.Schema) *plainInteger {
	n := &plainInteger{schema.Min, schema.Max}
	if !schema.Type.Is(openapi3.TypeInteger) || (schema.Format != "" && schema.Format != "int64") {
		return nil
	}
	schema.Min, schema.Max, schema.Format = nil, nil, ""
	if saysMore(schema) {
		return nil
	}
	return n
}

func (n *plainInteger) accepts(number json.Number) bool {
	integer, err := strconv.ParseInt(number.String(), 10, 64)
	value := float64(integer)
	return err == nil && (n.minimum == nil || *n.minimum <= value) && (n.maximum == nil || value <= *n.maximum)
}

// saysMore reports whether a schema says more than its type. Its reader has removed what it knows.
func saysMore(schema openapi3.Schema) bool {
	schema.Type = nil
	schema.Title, schema.Description, schema.Example, schema.Extensions, schema.Origin = "", "", nil, nil, nil
	return !reflect.DeepEqual(schema, openapi3.Schema{})
}
