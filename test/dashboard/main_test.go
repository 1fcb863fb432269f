package dashboard

import (
	"os"
	"testing"

	"github.com/bankingcore/bankcore/internal/testkit/bankcoretest"
)

func TestMain(m *testing.M) {
	code := bankcoretest.Main(m)
	endSharedChromium()
	os.Exit(code)
}
