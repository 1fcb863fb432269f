package faults

import (
	"os"
	"testing"

	"github.com/bankingcore/bankcore/internal/testkit/bankcoretest"
)

func TestMain(m *testing.M) { os.Exit(bankcoretest.Main(m)) }
