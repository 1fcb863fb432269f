package contract

import (
	"net/http"
	"net/url"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/require"
)

// TestPlainRequestsAreNarrow: what a request holds besides plain values is kin-openapi's.
func TestPlainRequestsAreNarrow(t *testing.T) {
	t.Parallel()
	deposit := validatorsOfTest(t)["deposit"]
	for name, change := range map[string]func(r *http.Request){
		"a query":                func(r *http.Request) { r.URL.RawQuery = "a" },
		"an unusual path":        func(r *http.Request) { r.URL.RawPath = "/%34" },
		"a header twice":         func(r *http.Request) { r.Header["Idempotency-Key"] = []string{"a", "a"} },
		"a charset":              func(r *http.Request) { r.Header.Set("Content-Type", "application/json; charset=utf-8") },
		"two media types":        func(r *http.Request) { r.Header.Add("Content-Type", "application/json") },
		"no media type":          func(r *http.Request) { r.Header.Del("Content-Type") },
		"nothing but the origin": func(*http.Request) {},
	} {
		request := &http.Request{URL: &url.URL{}, Header: http.Header{"Content-Type": {"application/json"}}}
		change(request)
		_, plain := deposit.plain.accepts(request, []string{"account_number"}, []string{plainAccount}, []byte(`{"amount":1}`))
		require.Equal(t, name == "nothing but the origin", plain, name)
	}
}

// TestPlainRequestsKnowTheirLimits: a contract that says more has no plain request.
func TestPlainRequestsKnowTheirLimits(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(o *openapi3.Operation, body, text, integer *openapi3.Schema){
		"anyOf":         func(_ *openapi3.Operation, b, _, _ *openapi3.Schema) { b.AnyOf = openapi3.SchemaRefs{{}} },
		"minProperties": func(_ *openapi3.Operation, b, _, _ *openapi3.Schema) { b.MinProps = 1 },
		"no type":       func(_ *openapi3.Operation, b, _, _ *openapi3.Schema) { b.Type = nil },
		"unknown name":  func(_ *openapi3.Operation, b, _, _ *openapi3.Schema) { b.Required = []string{"x"} },
		"nullable":      func(_ *openapi3.Operation, _, s, _ *openapi3.Schema) { s.Nullable = true },
		"read only":     func(_ *openapi3.Operation, _, s, _ *openapi3.Schema) { s.ReadOnly = true },
		"not":           func(_ *openapi3.Operation, _, s, _ *openapi3.Schema) { s.Not = &openapi3.SchemaRef{} },
		"a format":      func(_ *openapi3.Operation, _, s, _ *openapi3.Schema) { s.Format = "date" },
		"a bad pattern": func(_ *openapi3.Operation, _, s, _ *openapi3.Schema) { s.Pattern = `\u0041` },
		"numbers":       func(_ *openapi3.Operation, _, s, _ *openapi3.Schema) { s.Enum = []any{1.0} },
		"an array":      func(_ *openapi3.Operation, _, s, _ *openapi3.Schema) { s.Type = &openapi3.Types{"array"} },
		"two types":     func(_ *openapi3.Operation, _, s, _ *openapi3.Schema) { s.Type = &openapi3.Types{"string", "null"} },
		"a fraction":    func(_ *openapi3.Operation, _, _, n *openapi3.Schema) { n.Type = &openapi3.Types{"number"} },
		"multiples":     func(_ *openapi3.Operation, _, _, n *openapi3.Schema) { n.MultipleOf = openapi3.Ptr(5.0) },
		"int32":         func(_ *openapi3.Operation, _, _, n *openapi3.Schema) { n.Format = "int32" },
		"exclusive": func(_ *openapi3.Operation, _, _, n *openapi3.Schema) {
			n.ExclusiveMin = openapi3.ExclusiveBound{Bool: openapi3.Ptr(true)}
		},
		"another media type": func(o *openapi3.Operation, _, _, _ *openapi3.Schema) {
			o.RequestBody.Value.Content["text/csv"] = &openapi3.MediaType{}
		},
		"a cookie": func(o *openapi3.Operation, _, _, _ *openapi3.Schema) {
			o.Parameters = openapi3.Parameters{{Value: openapi3.NewCookieParameter("c").WithSchema(openapi3.NewStringSchema())}}
		},
		"a required query": func(o *openapi3.Operation, _, _, _ *openapi3.Schema) {
			o.Parameters = openapi3.Parameters{{Value: openapi3.NewQueryParameter("q").WithSchema(openapi3.NewStringSchema()).WithRequired(true)}}
		},
		"a style": func(o *openapi3.Operation, _, _, _ *openapi3.Schema) {
			o.Parameters = openapi3.Parameters{{Value: &openapi3.Parameter{In: "header", Name: "h", Style: "simple", Schema: openapi3.NewStringSchema().NewRef()}}}
		},
		"a number in the path": func(o *openapi3.Operation, _, _, _ *openapi3.Schema) {
			o.Parameters = openapi3.Parameters{{Value: openapi3.NewPathParameter("p").WithSchema(openapi3.NewIntegerSchema())}}
		},
		"": func(*openapi3.Operation, *openapi3.Schema, *openapi3.Schema, *openapi3.Schema) {},
	} {
		text, integer := openapi3.NewStringSchema(), openapi3.NewIntegerSchema()
		body := openapi3.NewObjectSchema().WithProperty("text", text).WithProperty("integer", integer)
		o := &openapi3.Operation{RequestBody: &openapi3.RequestBodyRef{Value: openapi3.NewRequestBody().WithJSONSchema(body)}}
		change(o, body, text, integer)
		require.Equal(t, name == "", plainRequestOf(o, &openapi3.PathItem{}) != nil, name)
	}
}
