package contract

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
)

// maxDepth bounds how deep a body's arrays and objects may nest; the contract's own bodies nest once.
const maxDepth = 32

// maxElements bounds the elements of an array; the contract allows no more. kin-openapi would look at each of them, and at each of
// their faults, before it says that there are too many.
const maxElements = 1000

const mediaJSON = "application/json"

// jsonError says why a text is not JSON that we accept. It never quotes the text.
type jsonError string

func (e jsonError) Error() string { return string(e) }

// decodeJSON decodes one JSON value (RFC 8259). Unlike encoding/json it refuses anything that two readers might understand
// differently: a member written twice, text after the value, text that is not UTF-8, numbers with a fraction or an exponent, and
// deep nesting. Numbers are returned as json.Number, objects as map[string]any.
func decodeJSON(text []byte) (any, error) {
	if !utf8.Valid(text) {
		return nil, jsonError("is not UTF-8")
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	value, err := decodeValue(decoder, 0)
	if err != nil {
		return nil, err
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, jsonError("has something after its JSON value")
	}
	if hasHalfPair(text) {
		return nil, jsonError("holds half of a surrogate pair")
	}
	return value, nil
}

// hasHalfPair reports whether valid JSON holds an escape such as \ud800 without its other half. encoding/json would replace it with
// another character.
func hasHalfPair(text []byte) bool {
	for i := 0; i < len(text); i++ {
		if text[i] != '\\' {
			continue
		}
		i++ // the escaped character
		if text[i] != 'u' {
			continue
		}
		first := escaped(text[i+1:])
		i += 4
		if !utf16.IsSurrogate(first) {
			continue
		}
		if i+6 >= len(text) || text[i+1] != '\\' || text[i+2] != 'u' {
			return true
		}
		if utf16.DecodeRune(first, escaped(text[i+3:])) == utf8.RuneError {
			return true
		}
		i += 6
	}
	return false
}

// escaped returns the code unit that an escape's four hexadecimal digits stand for.
func escaped(digits []byte) rune {
	unit, err := strconv.ParseUint(string(digits[:4]), 16, 16)
	if err != nil {
		return utf8.RuneError
	}
	return rune(unit)
}

func decodeValue(decoder *json.Decoder, depth int) (any, error) {
	token, err := decoder.Token()
	if err != nil {
		return nil, jsonError("is not valid JSON")
	}
	switch token := token.(type) {
	case json.Delim:
		if depth == maxDepth {
			return nil, jsonError("is nested too deeply")
		}
		if token == '{' {
			return decodeObject(decoder, depth+1)
		}
		return decodeArray(decoder, depth+1)
	case json.Number:
		if strings.ContainsAny(token.String(), ".eE") {
			return nil, jsonError("holds a number with a fraction or an exponent; write integers as digits alone")
		}
	}
	return token, nil
}

func decodeObject(decoder *json.Decoder, depth int) (any, error) {
	object := map[string]any{}
	for decoder.More() {
		token, err := decoder.Token()
		name, isText := token.(string)
		if err != nil || !isText {
			return nil, jsonError("is not valid JSON")
		}
		if _, twice := object[name]; twice {
			return nil, jsonError("holds the same member twice")
		}
		if object[name], err = decodeValue(decoder, depth); err != nil {
			return nil, err
		}
	}
	return object, closing(decoder)
}

func decodeArray(decoder *json.Decoder, depth int) (any, error) {
	array := []any{}
	for decoder.More() {
		value, err := decodeValue(decoder, depth)
		if err != nil {
			return nil, err
		}
		if len(array) == maxElements {
			return nil, jsonError("holds an array of more than 1000 elements")
		}
		array = append(array, value)
	}
	return array, closing(decoder)
}

func closing(decoder *json.Decoder) error {
	if _, err := decoder.Token(); err != nil {
		return jsonError("is not valid JSON")
	}
	return nil
}

// registerDecoder makes kin-openapi decode JSON with decodeJSON. It keeps its decoders for the whole process.
var registerDecoder = sync.OnceFunc(func() {
	decode := func(body io.Reader, _ http.Header, _ *openapi3.SchemaRef, _ openapi3filter.EncodingFn) (any, error) {
		text, err := io.ReadAll(body)
		if err != nil {
			return nil, fmt.Errorf("read the body: %w", err)
		}
		return decodeJSON(text)
	}
	openapi3filter.RegisterBodyDecoder(mediaJSON, decode)
})
