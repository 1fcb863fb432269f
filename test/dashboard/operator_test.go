package dashboard

import (
	"path/filepath"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bankingcore/bankcore/internal/testkit/bankcoretest"
)

// operate runs a command on a server's database, and returns what it prints.
func operate(t *testing.T, p *bankcoretest.Process, stdin string, args ...string) string {
	t.Helper()
	database := "DATABASE_URL=sqlite:" + filepath.Join(p.Folder, "data", "bankcore.db")
	o := bankcoretest.Command(t, []string{database}, stdin, args...)
	require.Equal(t, 0, o.Code, o.Err)
	return o.Stdout
}

// createAdministrator opens an account with the command and returns its number.
func createAdministrator(t *testing.T, p *bankcoretest.Process) string {
	t.Helper()
	printed := operate(t, p, bankcoretest.PIN+"\n", "account", "create", "--name", "Ada Lovelace", "--role=admin")
	number := regexp.MustCompile(`^\d{12}`).FindString(printed)
	require.NotEmpty(t, number, printed)
	return number
}

var printedCode = regexp.MustCompile(`(?m)^ {4}([0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4})$`)

// oneTimeCode returns the code that a command prints for a customer.
func oneTimeCode(t *testing.T, p *bankcoretest.Process, args ...string) string {
	t.Helper()
	printed := operate(t, p, "", args...)
	code := printedCode.FindStringSubmatch(printed)
	require.NotNil(t, code, printed)
	return code[1]
}
