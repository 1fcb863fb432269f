package contract

import (
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/routers"
	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/api"
)

// validatorsOfTest returns the validators of the contract's operations by their ids.
func validatorsOfTest(tb testing.TB) map[string]*Validator {
	tb.Helper()
	spec, err := Load()
	require.NoError(tb, err)
	byID := map[string]*Validator{}
	for path, item := range spec.Paths.Map() {
		for method, described := range item.Operations() {
			byID[described.OperationID] = NewValidator(&routers.Route{Spec: spec, Path: path, PathItem: item, Method: method, Operation: described})
		}
	}
	return byID
}

// plainCase is a request to an operation. All its path parameters have one value, and all its headers another.
type plainCase struct {
	path, header string
	body         []byte
}

// validated returns what becomes of a request if a validator has the given plain request: the body's value, or the faults.
func (p plainCase) validated(v *Validator, plain *plainRequest) (value any, faults []api.FieldError) {
	copied := *v
	copied.plain = plain
	request := p.request(v)
	names, values := p.parameters(v)
	if faults := copied.Validate(request, names, values, p.body); faults != nil {
		return nil, faults
	}
	if body, is := request.Body.(interface{ ValidatedValue() any }); is && v.route.Operation.RequestBody != nil {
		value = body.ValidatedValue()
	}
	return value, nil
}

// accepted reports whether the plain request accepts a request. It fails the test if kin-openapi disagrees.
func (p plainCase) accepted(tb testing.TB, v *Validator) bool {
	tb.Helper()
	names, values := p.parameters(v)
	if _, plain := v.plain.accepts(p.request(v), names, values, p.body); !plain {
		return false
	}
	id := v.route.Operation.OperationID
	want, faults := p.validated(v, nil)
	require.Nil(tb, faults, "%s: %q %q %q", id, p.path, p.header, p.body)
	got, faults := p.validated(v, v.plain)
	require.Nil(tb, faults)
	require.Equal(tb, want, got, "%s: %q %q %q", id, p.path, p.header, p.body)
	return true
}

func (p plainCase) request(v *Validator) *http.Request {
	request := &http.Request{Method: v.route.Method, URL: &url.URL{Path: "/"}, Header: http.Header{"Content-Type": {mediaJSON}}}
	for _, name := range v.headers {
		request.Header.Set(name, p.header)
	}
	return request
}

// parameters returns the parameters in the path as Echo's router finds them.
func (p plainCase) parameters(v *Validator) (names, values []string) {
	for _, match := range regexp.MustCompile(`\{(\w+)\}`).FindAllStringSubmatch(v.route.Path, -1) {
		names, values = append(names, match[1]), append(values, p.path)
	}
	return names, values
}

const (
	plainAccount = "481207359144"
	plainID      = "019aa8a4-6c40-7a52-9d5e-3f1c8e6b7a90"
)

// exampleBodies returns the bodies that the contract shows.
func exampleBodies(tb testing.TB, v *Validator) [][]byte {
	tb.Helper()
	if v.route.Operation.RequestBody == nil {
		return [][]byte{nil}
	}
	media := v.route.Operation.RequestBody.Value.Content["application/json"]
	shown := []any{media.Example}
	if media.Example == nil {
		shown = nil
		for _, example := range media.Examples {
			shown = append(shown, example.Value.Value)
		}
	}
	require.NotEmpty(tb, shown, v.route.Operation.OperationID)
	var bodies [][]byte
	for _, example := range shown {
		body, err := json.Marshal(example)
		require.NoError(tb, err)
		bodies = append(bodies, body)
	}
	return bodies
}

// TestPlainRequestsAcceptTheContractsExamples of every operation but those that are listed.
func TestPlainRequestsAcceptTheContractsExamples(t *testing.T) {
	t.Parallel()
	var without []string
	for id, v := range validatorsOfTest(t) {
		if v.plain == nil {
			without = append(without, id)
			continue
		}
		for _, body := range exampleBodies(t, v) {
			path := plainAccount
			if strings.Contains(v.route.Path, "{id}") {
				path = plainID
				if strings.Contains(v.route.Path, "{account_number}") || strings.Contains(v.route.Path, "{key}") {
					continue // one value cannot be both
				}
			}
			require.True(t, plainCase{path, plainID, body}.accepted(t, v), "%s: %s", id, body)
		}
	}
	slices.Sort(without)
	require.Equal(t, []string{
		"adminChangeClient", "adminCreateClient", "adminCreateRequest", "captureHold", "createRequest", "freezeAccount", "getStatement", "transferMany",
	}, without, "a list, a choice, a flag or a time in the body, and a required parameter in the query")
}

// TestPlainBodies: what is plain, and what kin-openapi has to look at.
func TestPlainBodies(t *testing.T) {
	t.Parallel()
	transfer := validatorsOfTest(t)["transfer"]
	const to = `"to_account":"730164000001"`
	for body, want := range map[string]struct{ plain, valid bool }{
		`{` + to + `,"amount":12550}`:                                       {true, true},
		"\t{ \n" + to + " ,\r\"amount\" : 12550 }\n":                        {true, true},
		`{"amount":1,` + to + `,"description":""}`:                          {true, true},
		`{` + to + `,"amount":1000000000000}`:                               {true, true},
		`{` + to + `,"amount":1000000000001}`:                               {false, false},
		`{` + to + `,"amount":999999999999999}`:                             {false, false},
		`{` + to + `,"amount":0}`:                                           {false, false},
		`{` + to + `,"amount":-1}`:                                          {false, false},
		`{` + to + `,"amount":-0}`:                                          {false, false},
		`{` + to + `,"amount":01}`:                                          {false, false},
		`{` + to + `,"amount":1.0}`:                                         {false, false},
		`{` + to + `,"amount":1e3}`:                                         {false, false},
		`{` + to + `,"amount":+1}`:                                          {false, false},
		`{` + to + `,"amount":"1"}`:                                         {false, false},
		`{` + to + `,"amount":null}`:                                        {false, false},
		`{` + to + `,"amount":true}`:                                        {false, false},
		`{` + to + `,"amount":[1]}`:                                         {false, false},
		`{` + to + `,"amount":}`:                                            {false, false},
		`{` + to + `,"amount":9223372036854775808}`:                         {false, false},
		`{` + to + `,"amount":` + strings.Repeat("9", 400) + `}`:            {false, false},
		`{` + to + `,"amount":1,"amount":1}`:                                {false, false},
		`{` + to + `,"amount":1,"\u0061mount":1}`:                           {false, false},
		`{` + to + `,"\u0061mount":1}`:                                      {false, true},
		`{` + to + `,"amount":1,"Amount":1}`:                                {false, false},
		`{` + to + `,"amount":1,"reference":"x"}`:                           {true, true},
		`{` + to + `,"amount":1,"reference":""}`:                            {false, false},
		`{` + to + `,"amount":1,"via":"x"}`:                                 {false, false},
		`{` + to + `}`:                                                      {false, false},
		`{"amount":1}`:                                                      {false, false},
		`{` + to + `,"amount":1,}`:                                          {false, false},
		`{,` + to + `,"amount":1}`:                                          {false, false},
		`{` + to + ` "amount":1}`:                                           {false, false},
		`{` + to + `,"amount" 1}`:                                           {false, false},
		`{` + to + `,"amount":1}x`:                                          {false, false},
		`{` + to + `,"amount":1}{}`:                                         {false, false},
		`{` + to + `,"amount":1`:                                            {false, false},
		`{` + to + `,"amount":1]`:                                           {false, false},
		"\xef\xbb\xbf{" + to + `,"amount":1}`:                               {false, false},
		"\f{" + to + `,"amount":1}`:                                         {false, false},
		"{" + to + `,"amount":1}` + "\x00":                                  {false, false},
		`{` + to + `,"amount":1,"description":"a\"b"}`:                      {false, true},
		`{` + to + `,"amount":1,"description":"Miete für März"}`:            {false, true},
		`{` + to + `,"amount":1,"description":"` + "a\tb" + `"}`:            {false, false},
		`{` + to + `,"amount":1,"description":"` + "\x7f" + `"}`:            {false, true},
		`{` + to + `,"amount":1,"description":"` + "\xff" + `"}`:            {false, false},
		`{` + to + `,"amount":1,"description":"\ud800"}`:                    {false, false},
		`{` + to + `,"amount":1,"description":"` + long("x", 140) + `"}`:    {true, true},
		`{` + to + `,"amount":1,"description":"` + long("x", 141) + `"}`:    {false, false},
		`{` + to + `,"amount":1,"description":"` + long("ä", 140) + `"}`:    {false, true},
		`{` + to + `,"amount":1,"description":null}`:                        {false, false},
		`{` + to + `,"amount":1,"description":{"a":` + long("[", 50) + `}}`: {false, false},
		`{"to_account":"73016400000","amount":1}`:                           {false, false},
		`{"to_account":"7301640000011","amount":1}`:                         {false, false},
		`{"to_account":"73016400000a","amount":1}`:                          {false, false},
		`{"to_account":730164000001,"amount":1}`:                            {false, false},
		`{"to_account":"730164000001` + "\n" + `","amount":1}`:              {false, false},
		`{"to_account":'730164000001',"amount":1}`:                          {false, false},
		``: {false, false}, ` `: {false, false}, `{}`: {false, false}, `[]`: {false, false}, `null`: {false, false}, `"x"`: {false, false},
		`{`: {false, false}, `{"`: {false, false}, `{"amount`: {false, false}, `{"amount"`: {false, false}, `{"amount":`: {false, false},
		long("[", 40): {false, false}, long(`{"a":`, 40): {false, false},
	} {
		request := plainCase{plainAccount, plainID, []byte(body)}
		require.Equal(t, want.plain, request.accepted(t, transfer), "%s", body)
		_, faults := request.validated(transfer, nil)
		require.Equal(t, want.valid, faults == nil, "%s", body)
	}
}

func long(text string, times int) string { return strings.Repeat(text, times) }

func TestPlainParameters(t *testing.T) {
	t.Parallel()
	transfer, body := validatorsOfTest(t)["transfer"], []byte(`{"to_account":"730164000001","amount":1}`)
	for _, c := range []struct {
		path, header string
		plain        bool
	}{
		{plainAccount, plainID, true}, {plainAccount, "~ !", true}, {plainAccount, long("k", 255), true},
		{plainAccount, long("k", 256), false}, {plainAccount, "", false}, {plainAccount, "ä", false}, {plainAccount, "a\tb", false},
		{"", plainID, false}, {"48120735914", plainID, false}, {"4812073591444", plainID, false}, {"48120735914\n", plainID, false}, {"４81207359144", plainID, false},
	} {
		require.Equal(t, c.plain, plainCase{c.path, c.header, body}.accepted(t, transfer), "%+v", c)
	}
}
