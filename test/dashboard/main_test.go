package dashboard

import (
	"os"
	"testing"

	"github.com/bankingcore/bankcore/internal/testkit/bankcoretest"
)

func TestMain(m *testing.M) {
	remove := bankcoretest.InMemory()
	code := bankcoretest.Main(m)
	endSharedChromium()
	remove()
	os.Exit(code)
}
