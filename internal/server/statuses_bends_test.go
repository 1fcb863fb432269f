package server_test

import (
	"regexp"
	"strings"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/auth"
	"github.com/bankingcore/bankcore/internal/testkit/storetest"
)

func asking(query string) bend { return func(_ *stage, d *draft) { d.query = query } }

func accepting(media string) bend {
	return func(_ *stage, d *draft) { d.more = append(d.more, header("Accept", media)) }
}

func set(member string, value any) bend { return func(_ *stage, d *draft) { d.body[member] = value } }

func without(member string) bend { return func(_ *stage, d *draft) { delete(d.body, member) } }

// furtherAccount makes an opening one of a further account of Ada's.
func furtherAccount(s *stage, d *draft) {
	d.body, d.credentials = map[string]any{"nickname": "Holidays"}, signedIn(s.session)
}

func as(credentials ...requestOption) bend {
	return func(_ *stage, d *draft) { d.credentials = credentials }
}

func bodyOf(text string) bend {
	return func(_ *stage, d *draft) { d.body, d.more = nil, append(d.more, rawBody(text)) }
}

// ofType sends a valid JSON body under another media type.
func ofType(media string) bend {
	return func(_ *stage, d *draft) {
		if d.body == nil {
			d.body = map[string]any{}
		}
		d.more = append(d.more, header("Content-Type", media))
	}
}

// openedBy sends the request to a bank of its own, which restricts who may open accounts.
func openedBy(openings auth.Openings) bend {
	return func(s *stage, _ *draft) { s.world = newWorld(s.t, func(o *options) { o.openings = openings }) }
}

// cashBy sends the request to a bank of its own, which restricts who may deposit and withdraw.
func cashBy(cash auth.Cash) bend {
	return func(s *stage, d *draft) {
		*s = *newStage(newWorld(s.t))
		s.restartWith(func(o *options) { o.cash = cash })
		if d.account != "" {
			d.account, d.credentials = s.ada.number, signedIn(s.session)
		}
	}
}

// byEmployee sends the request as an employee, about an account that does not exist.
func byEmployee(s *stage, d *draft) {
	_, session := s.employee()
	d.account, d.credentials = unusedNumber, signedIn(session)
}

func lockedAccount(s *stage, _ *draft) { s.lockAda() }

// withFactor gives Ada a second factor; the request has no code of it.
func withFactor(s *stage, _ *draft) { s.enableFactor(s.ada, s.session) }

// inCookie sends the refresh token like a browser.
func inCookie(s *stage, d *draft) {
	d.body = nil
	d.more = append(d.more, header("Cookie", plainCookie+"="+s.session.RefreshToken))
}

func fromAnotherSite(d *draft) { d.more = append(d.more, header("Sec-Fetch-Site", "cross-site")) }

func logOut(s *stage) {
	s.t.Helper()
	a := s.call("POST", "/auth/logout", bearer(s.session.AccessToken))
	require.Equal(s.t, 204, a.status, a.text())
}

func keyUsedBefore(s *stage, d *draft) {
	d.more = append(d.more, idempotencyKey("once"))
	a := s.send(d)
	require.Equal(s.t, 201, a.status, a.text())
	d.body["amount"] = 101
}

// openedBefore sends an opening once, so that the next one is a repeat.
func openedBefore(s *stage, d *draft) customer {
	d.more = append(d.more, idempotencyKey(s.t.Name())) // this case's own key: others lock what they have opened
	a := s.send(d)
	require.Equal(s.t, 201, a.status, a.text())
	return customer{number: a.field("account_number").(string), pin: d.body["pin"].(string)}
}

// quotaSpent sends the request to a server with a quota of one a minute, and uses it up.
func quotaSpent(s *stage, d *draft) {
	s.world = s.beside(s.t, func(o *options) {
		for name := range o.limits {
			o.limits[name] = perMinute(1)
		}
	})
	a := s.send(d)
	require.Equal(s.t, successes[d.operation.OperationID], a.status, a.text())
	require.Equal(s.t, `"`+d.operation.limit()+`";q=1;w=60`, a.header.Get("RateLimit-Policy"))
	require.Equal(s.t, `"`+d.operation.limit()+`";r=0;t=60`, a.header.Get("RateLimit"))
}

// adminKeyGuessed sends the request to a server with a quota of one wrong admin key a minute, and uses it up. Then the right key is refused
// too.
func adminKeyGuessed(s *stage, d *draft) {
	s.world = s.beside(s.t, func(o *options) { o.adminKey = perMinute(1) })
	d.credentials = []requestOption{adminKey("wrong")}
	a := s.send(d)
	require.Equal(s.t, 403, a.status, a.text())
	d.credentials = []requestOption{adminKey(testAdminKey)}
}

// cutOff sends the request to a server that has lost its database.
func cutOff(s *stage, _ *draft) { s.world = s.world.cutOff().lend(s.t) }

// damaged changes the database behind the server's back, so that its queries fail. When the case ends, the schema is whole again.
func damaged(statement string) bend {
	return func(s *stage, _ *draft) {
		behindTheServer(s.world, statement)
		if strings.HasPrefix(statement, "UPDATE ") {
			return // the rows are those of this case and of earlier ones
		}
		mend := mending(statement)
		require.NotEmpty(s.t, mend, "the next case needs a whole schema, and mending does not know how to undo this: %s", statement)
		s.t.Cleanup(func() { behindTheServer(s.world, mend) })
	}
}

var renaming = regexp.MustCompile(`^ALTER TABLE (\w+) RENAME (?:COLUMN (\w+) )?TO lost$`)

// mending returns the statement that undoes a damage to the schema, or "" if it knows none.
func mending(statement string) string {
	names := renaming.FindStringSubmatch(statement)
	switch {
	case strings.HasPrefix(statement, "CREATE "):
		return storetest.Mend()
	case names == nil:
		return ""
	case names[2] != "":
		return "ALTER TABLE " + names[1] + " RENAME COLUMN lost TO " + names[2]
	default:
		return "ALTER TABLE lost RENAME TO " + names[1]
	}
}

// fillAccount gives an account the largest possible balance, which would take more than nine thousand deposits.
func fillAccount(s *stage, number string) { moveAccount(s, number, "balance = 9007199254740991") }

// moveAccount changes an account as only its entries do.
func moveAccount(s *stage, number, change string) {
	statement := "UPDATE accounts SET " + change + " WHERE account_number = " + number
	if !storetest.OnSQLite() { // PostgreSQL refuses what no entry explains
		const trigger = " TRIGGER accounts_are_checked; "
		statement = "ALTER TABLE accounts DISABLE" + trigger + statement + "; ALTER TABLE accounts ENABLE" + trigger
	}
	behindTheServer(s.world, statement)
}

// behindTheServer runs a statement on the database through a separate connection.
func behindTheServer(w *world, statement string) {
	w.t.Helper()
	database := storetest.Raw(w.t, w.database)
	defer func() { require.NoError(w.t, database.Close()) }()
	_, err := database.Exec(statement)
	require.NoError(w.t, err)
}
