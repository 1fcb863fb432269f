package server_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/testkit/storetest"
)

// payment is one of the four requests that carry an amount.
type payment struct {
	operation string
	path      string
	field     string // of the amount
	text      string // a member of free text
	rest      string // the other members that it needs, each followed by a comma
	holder    string // the free-text member, if it is one of those
	least     int
	optional  bool // the amount may be left out
}

// write makes a body with the amount's member or members.
func (p *payment) write(members string) string { return "{" + p.rest + p.holder + members + "}" }

// writeText makes a body with the given free text.
func (p *payment) writeText(value string) string {
	return "{" + p.rest + p.member("1") + fmt.Sprintf(`,"%s":`, p.text) + value + "}"
}

func (p *payment) member(value string) string { return fmt.Sprintf("%q:%s", p.field, value) }

// badAmounts are invalid values for the amount.
func badAmounts() map[string]string {
	return map[string]string{
		"-1": "-1", "minus the limit": "-1000000000001", "1.0": "1.0", "1.5": "1.5", "1e3": "1e3", "1E0": "1E0", "2^53+1": "9007199254740993",
		"just over the limit": "1000000000001", "2^63": "9223372036854775808", "2^64+1": "18446744073709551617",
		"2^128": "340282366920938463463374607431768211456", "400 digits": strings.Repeat("9", 400),
		"10,000 digits": "1" + strings.Repeat("0", 9_999), "-2^63": "-9223372036854775808",
		"a string": `"1"`, "an empty string": `""`, "NaN": "NaN", "Infinity": "Infinity", "null": "null", "true": "true", "false": "false",
		"a list": "[1]", "an object": `{"amount":1}`, "nothing": "", "+1": "+1", "01": "01", "-01": "-01", "1.": "1.", ".5": ".5", "0x10": "0x10",
		"1_000": "1_000", "1,000": "1,000", "full-width": "１", "an exponent that ends whole": "10e-1", "a huge exponent": "1e999999999",
	}
}

// badBodies are whole bodies that must be refused.
func badBodies(p *payment) map[string]string {
	good := p.write(p.member("1"))
	bodies := map[string]string{
		"the amount twice":              p.write(p.member("1") + "," + p.member("2")),
		"the amount twice, the same":    p.write(p.member("1") + "," + p.member("1")),
		"the amount twice, by escapes":  p.write(p.member("1") + `,"\u00` + fmt.Sprintf("%x", p.field[0]) + p.field[1:] + `":1`),
		"upper case":                    p.write(strings.ToUpper(p.member("1"))),
		"upper case beside lower case":  p.write(p.member("1") + "," + strings.ToUpper(p.member("2"))),
		"camel case":                    p.write(p.member("1") + `,"Amount":2`),
		"an unknown field":              p.write(p.member("1") + `,"fee":0`),
		"an unknown field of null":      p.write(p.member("1") + `,"balance":null`),
		"an empty name":                 p.write(p.member("1") + `,"":0`),
		"a second object":               good + good,
		"a letter after":                good + "x",
		"a bracket after":               good + "}",
		"NUL after":                     good + "\x00",
		"a byte order mark":             "\ufeff" + good,
		"cut off":                       strings.TrimSuffix(good, "}"),
		"a trailing comma":              p.write(p.member("1") + ","),
		"a comment":                     p.write(p.member("1") + "/* one */"),
		"single quotes":                 strings.ReplaceAll(good, `"`, `'`),
		"empty":                         "",
		"blank":                         " \n",
		"null":                          "null",
		"a list":                        "[" + good + "]",
		"a string":                      fmt.Sprintf("%q", good),
		"a number":                      "1",
		"a form":                        p.field + "=1",
		"UTF-16":                        "\xff\xfe" + strings.Join(strings.Split(good, ""), "\x00") + "\x00",
		"not UTF-8, in a name":          p.write(p.member("1") + ",\"\xff\":1"),
		"not UTF-8, after":              good + "\xff",
		"not UTF-8, in a text":          p.writeText("\"Ad\xe9\""),
		"overlong UTF-8, in a text":     p.writeText("\"Ad\xc1\xa1\""),
		"a text of the wrong type":      p.writeText("1"),
		"a text of null":                p.writeText("null"),
		"a control character in a text": p.writeText(`"Ad\u0007"`),
		"a line feed in a text":         p.writeText(`"Ad\nde"`),
		"a bidi override in a text":     p.writeText(`"Ad\u202ede"`),
		"nested deep":                   p.write(p.member(strings.Repeat("[", 2000) + strings.Repeat("]", 2000))),
	}
	if !p.optional {
		bodies["missing"] = p.write(fmt.Sprintf(`"%s":"Ada"`, p.text))
		bodies["an empty object"] = "{}"
	}
	return bodies
}

func TestBadAmountsAreRefusedAndChangeNothing(t *testing.T) {
	t.Parallel()
	storetest.OneEngine(t)
	for _, p := range []payment{
		{operation: "deposit", path: "/accounts/%s/deposit", field: "amount", text: "description", least: 1},
		{operation: "withdraw", path: "/accounts/%s/withdraw", field: "amount", text: "description", least: 1},
		{operation: "transfer", path: "/accounts/%s/transfer", field: "amount", text: "description", rest: `"to_account":"%s",`, least: 1},
		{operation: "openAccount", path: "/accounts", field: "initial_deposit", text: "account_holder_name", rest: `"pin":"482913",`,
			holder: `"account_holder_name":"Ada",`, optional: true},
	} {
		t.Run(p.operation, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			ada, bob := w.open("482913", 100_000), w.open("730164", 100_000)
			session := w.login(ada)
			if strings.Contains(p.path, "%s") {
				p.path = fmt.Sprintf(p.path, ada.number)
			}
			if strings.Contains(p.rest, "%s") {
				p.rest = fmt.Sprintf(p.rest, bob.number)
			}
			requests := badBodies(&p)
			for name, amount := range badAmounts() {
				requests["amount: "+name] = p.write(p.member(amount))
			}
			if p.least > 0 {
				requests["amount: 0"], requests["amount: -0"] = p.write(p.member("0")), p.write(p.member("-0"))
			}
			before := w.books()
			send := func(content string) *answer {
				options := []requestOption{idempotencyKey("one key for all")}
				if p.operation != "openAccount" {
					options = append(options, bearer(session.AccessToken))
				}
				return w.post(p.path, content, options...)
			}
			for name, content := range requests {
				a := send(content)
				require.Equal(t, 400, a.status, "%s: %s", name, a.text())
				require.Equal(t, "invalid_request", a.code(), name)
				require.NotEmpty(t, a.field("errors"), name)
				require.Equal(t, before, w.books(), name)
			}
			good := send(p.write(p.member("1")))
			require.Equal(t, 201, good.status, good.text())
			require.NotEqual(t, before, w.books(), "otherwise the comparisons above prove nothing")
			w.verify()
		})
	}
}
