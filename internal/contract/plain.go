package contract

import (
	"net/http"
	"reflect"
	"slices"

	"github.com/getkin/kin-openapi/openapi3"
)

// plainRequest accepts requests that plainly match the contract, at a fraction of kin-openapi's cost. It is made from the contract and
// knows only a part of it: parameters that are texts, and bodies that are flat objects. It never refuses a request; kin-openapi reads
// all that it does not accept, and writes all errors. An operation whose contract says anything else has no plainRequest, so a change
// of the contract cannot loosen a check.
type plainRequest struct {
	path, header []plainParameter
	body         *plainObject // nil if the operation takes no body
}

type plainParameter struct {
	name     string // as Go writes it, if it is a header's
	required bool
	text     *plainText
}

// plainRequestOf returns nil unless it knows everything that the contract says about the operation's requests.
func plainRequestOf(described *openapi3.Operation, item *openapi3.PathItem) *plainRequest {
	p := &plainRequest{}
	for _, reference := range slices.Concat(item.Parameters, described.Parameters) {
		if !p.addParameter(*reference.Value) {
			return nil
		}
	}
	if described.RequestBody == nil {
		return p
	}
	content := described.RequestBody.Value.Content
	media := content[mediaJSON]
	if len(content) != 1 || media == nil || media.Schema == nil || len(media.Encoding) > 0 {
		return nil
	}
	if p.body = plainObjectOf(*media.Schema.Value); p.body == nil {
		return nil
	}
	return p
}

func (p *plainRequest) addParameter(described openapi3.Parameter) (known bool) {
	plain := plainParameter{name: described.Name, required: described.Required}
	if described.Schema != nil {
		plain.text = plainTextOf(*described.Schema.Value)
	}
	in := described.In
	described.Name, described.In, described.Required, described.Schema = "", "", false, nil
	described.Description, described.Example, described.Examples, described.Extensions, described.Origin = "", nil, nil, nil, nil
	if !reflect.DeepEqual(described, openapi3.Parameter{}) {
		return false
	}
	switch in {
	case openapi3.ParameterInQuery:
		return !plain.required // requests with a query are not accepted
	case openapi3.ParameterInPath:
		p.path = append(p.path, plain)
		return plain.text != nil
	case openapi3.ParameterInHeader:
		plain.name = http.CanonicalHeaderKey(plain.name)
		p.header = append(p.header, plain)
		return plain.text != nil
	}
	return false
}

// accepts reports whether a request plainly matches the contract, and returns the body's members as kin-openapi would.
func (p *plainRequest) accepts(request *http.Request, names, values []string, body []byte) (members map[string]any, plain bool) {
	if p == nil || request.URL.RawQuery != "" || request.URL.RawPath != "" {
		return nil, false
	}
	for _, parameter := range p.path {
		i := slices.Index(names, parameter.name)
		if i < 0 || values[i] == "" || !isPlain(values[i]) || !parameter.text.accepts(values[i]) {
			return nil, false
		}
	}
	for _, parameter := range p.header {
		switch lines, given := request.Header[parameter.name]; {
		case !given && !parameter.required:
		case len(lines) != 1 || lines[0] == "" || !isPlain(lines[0]) || !parameter.text.accepts(lines[0]):
			return nil, false
		}
	}
	if p.body == nil {
		return nil, len(body) == 0
	}
	if types := request.Header["Content-Type"]; len(types) != 1 || types[0] != mediaJSON {
		return nil, false
	}
	return p.body.read(string(body))
}
