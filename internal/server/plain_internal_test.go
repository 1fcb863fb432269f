package server

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/labstack/echo/v4"
	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/ratelimit"
)

// contractOfTest returns the operations of the contract by their ids.
func contractOfTest(tb testing.TB) map[string]*operation {
	tb.Helper()
	spec, err := loadSpec()
	require.NoError(tb, err)
	registerDecoder()
	limiters := map[string]*operationLimiter{}
	for _, d := range ratelimit.Definitions() {
		limiters[d.Name] = &operationLimiter{}
	}
	operations, err := operationsOf(spec, limiters)
	require.NoError(tb, err)
	byID := map[string]*operation{}
	for _, o := range operations {
		byID[o.id] = o
	}
	return byID
}

// plainCase is a request to an operation. All its path parameters have one value, and all its headers another.
type plainCase struct {
	path, header string
	body         []byte
}

// validated returns what the middleware makes of a request: the body's value, or the refusal.
func (p plainCase) validated(o *operation, plain *plainRequest) (value any, refusal error) {
	copied := *o
	copied.plain = plain
	request := &http.Request{Method: o.route.Method, URL: &url.URL{Path: "/"}, Header: http.Header{"Content-Type": {"application/json"}}}
	for _, name := range o.headers {
		request.Header.Set(name, p.header)
	}
	at := &scope{operation: &copied, body: p.body}
	c := p.context(&copied, request.WithContext(context.WithValue(context.Background(), scopeKey{}, at)))
	refusal = (&Server{}).validate(func(c echo.Context) error {
		if body, is := c.Request().Body.(interface{ ValidatedValue() any }); is && o.hasBody {
			value = body.ValidatedValue()
		}
		return nil
	})(c)
	return value, refusal
}

// accepted reports whether the plain request accepts a request. It fails the test if the validator disagrees.
func (p plainCase) accepted(tb testing.TB, o *operation) bool {
	tb.Helper()
	if !p.plainly(o) {
		return false
	}
	want, refusal := p.validated(o, nil)
	require.NoError(tb, refusal, "%s: %q %q %q", o.id, p.path, p.header, p.body)
	got, refusal := p.validated(o, o.plain)
	require.NoError(tb, refusal)
	require.Equal(tb, want, got, "%s: %q %q %q", o.id, p.path, p.header, p.body)
	return true
}

func (p plainCase) plainly(o *operation) bool {
	if o.plain == nil {
		return false
	}
	request := &http.Request{URL: &url.URL{}, Header: http.Header{"Content-Type": {"application/json"}}}
	for _, parameter := range o.plain.header {
		request.Header[parameter.name] = []string{p.header}
	}
	_, plain := o.plain.accepts(p.context(o, request), p.body)
	return plain
}

// context returns a request's context as Echo's router leaves it.
func (p plainCase) context(o *operation, request *http.Request) echo.Context {
	e := echo.New()
	path := pathParameter.ReplaceAllString(o.route.Path, ":$1")
	e.GET(path, echo.NotFoundHandler) // makes room for the parameters
	c := e.NewContext(request, httptest.NewRecorder())
	var names, values []string
	for _, match := range pathParameter.FindAllStringSubmatch(o.route.Path, -1) {
		names, values = append(names, match[1]), append(values, p.path)
	}
	c.SetParamNames(names...)
	c.SetParamValues(values...)
	return c
}

const (
	plainAccount = "481207359144"
	plainID      = "019aa8a4-6c40-7a52-9d5e-3f1c8e6b7a90"
)

// exampleBodies returns the bodies that the contract shows.
func exampleBodies(tb testing.TB, o *operation) [][]byte {
	tb.Helper()
	if !o.hasBody {
		return [][]byte{nil}
	}
	media := o.route.Operation.RequestBody.Value.Content["application/json"]
	shown := []any{media.Example}
	if media.Example == nil {
		shown = nil
		for _, example := range media.Examples {
			shown = append(shown, example.Value.Value)
		}
	}
	require.NotEmpty(tb, shown, o.id)
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
	for id, o := range contractOfTest(t) {
		if o.plain == nil {
			without = append(without, id)
			continue
		}
		for _, body := range exampleBodies(t, o) {
			path := plainAccount
			if strings.Contains(o.route.Path, "{id}") {
				path = plainID
				if strings.Contains(o.route.Path, "{account_number}") {
					continue // one value cannot be both
				}
			}
			require.True(t, plainCase{path, plainID, body}.accepted(t, o), "%s: %s", id, body)
		}
	}
	slices.Sort(without)
	require.Equal(t, []string{"adminCreateRequest", "createRequest", "freezeAccount", "getStatement", "transferMany"}, without,
		"a time in the body, a required parameter in the query, and a list in the body")
}

// TestPlainBodies: what is plain, and what the validator has to look at.
func TestPlainBodies(t *testing.T) {
	t.Parallel()
	transfer := contractOfTest(t)["transfer"]
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
		_, err := request.validated(transfer, nil)
		require.Equal(t, want.valid, err == nil, "%s", body)
	}
}

func long(text string, times int) string { return strings.Repeat(text, times) }

func TestPlainParameters(t *testing.T) {
	t.Parallel()
	transfer, body := contractOfTest(t)["transfer"], []byte(`{"to_account":"730164000001","amount":1}`)
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
