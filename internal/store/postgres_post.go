package store

import (
	"context"

	"github.com/bankingcore/bankcore/internal/ledger"
)

func (p *postgres) post(ctx context.Context, o *Order) (ledger.Outcome, error) {
	return postThrough(ctx, p.update, o)
}
