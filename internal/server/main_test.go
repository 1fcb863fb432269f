package server_test

import (
	"os"
	"testing"

	"github.com/bankingcore/bankcore/internal/storetest"
)

func TestMain(m *testing.M) { os.Exit(storetest.Main(m)) }
