package store

import (
	"context"
	"errors"

	"github.com/bankingcore/bankcore/internal/ledger"
)

func (s *postgres) post(ctx context.Context, o *Order) (ledger.Outcome, error) {
	return ledger.Outcome{}, errors.New("not built")
}
