package bank

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/bankingcore/bankcore/internal/auth"
	"github.com/bankingcore/bankcore/internal/db"
	"github.com/bankingcore/bankcore/internal/ledger"
	"github.com/bankingcore/bankcore/internal/store"
)

// TransferMode says what becomes of many transfers if one is refused.
type TransferMode string

// The modes.
const (
	AllOrNothing TransferMode = "all_or_nothing"
	Each         TransferMode = "each"
)

// TransferManyParams holds the inputs of TransferMany.
type TransferManyParams struct {
	Account        ledger.AccountNumber // the sender's, unless an item says otherwise
	Mode           TransferMode
	DryRun         bool
	Items          []TransferItem
	IdempotencyKey string // "" for none; not used by a dry run
}

// TransferItem is one of many transfers.
type TransferItem struct {
	From        ledger.AccountNumber // 0 for the account of the request
	To          ledger.AccountNumber
	Amount      ledger.Money
	Description string
	Reference   string // "" for none
}

// TransferBatch is what became of many transfers.
type TransferBatch struct {
	ID      uuid.UUID // uuid.Nil for a dry run
	Account ledger.AccountNumber
	Mode    TransferMode
	DryRun  bool
	Posted  int
	Refused int
	Total   ledger.Money // of those posted from the account
	Results []TransferResult

	Replayed bool // made by an earlier request under the same key
}

// TransferResult is what became of one of many transfers.
type TransferResult struct {
	Status  TransferStatus
	ID      uuid.UUID // of the sender's entry; uuid.Nil if nothing was posted
	Refusal *ledger.Refusal

	from ledger.AccountNumber // the sender, if it is not the batch's account
}

// TransferStatus sums up a result.
type TransferStatus string

// The statuses.
const (
	StatusPosted       TransferStatus = "posted"
	StatusRefused      TransferStatus = "refused"
	StatusNotAttempted TransferStatus = "not_attempted" // in a dry run, because another item would be refused
)

// BatchRefused is the refusal of many transfers because of some of them.
type BatchRefused struct {
	ledger.Refusal

	Items []*ledger.Refusal // with pointers into the request
}

func (e *BatchRefused) Unwrap() error { return &e.Refusal }

// TransferMany carries out many transfers from the caller's own accounts, or from any if the caller has the permission, in their order.
func (b *Bank) TransferMany(ctx context.Context, caller auth.Caller, p TransferManyParams) (TransferBatch, error) {
	caller, own, err := b.auth.RequireToPost(ctx, caller, auth.TransfersWrite, p.Account)
	if err != nil {
		return TransferBatch{}, err
	}
	if err := b.requireSenders(ctx, caller, &p); err != nil {
		return TransferBatch{}, err
	}
	if err := p.check(); err != nil {
		return TransferBatch{}, err
	}
	order, err := b.orderOf(caller, own, &p)
	if err != nil {
		return TransferBatch{}, err
	}
	if !own {
		if err := b.reportTo(&order.Order, caller, EventMoneyMoved, order.id); err != nil {
			return TransferBatch{}, err
		}
	}
	return b.transferMany(ctx, caller, &p, order)
}

// requireSenders fills in the sender of each item, and refuses the request at the first sender from which the caller may not post.
func (b *Bank) requireSenders(ctx context.Context, caller auth.Caller, p *TransferManyParams) error {
	for i := range p.Items {
		item := &p.Items[i]
		if item.From == 0 {
			item.From = p.Account
		}
		if item.From == p.Account {
			continue
		}
		_, _, err := b.auth.RequireToPost(ctx, caller, auth.TransfersWrite, item.From)
		var refusal *ledger.Refusal
		if errors.As(err, &refusal) && refusal.Code == auth.CodeForbidden {
			pointed := *refusal
			pointed.Pointer = "/from_account"
			err = atItem(i, &pointed)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// transferMany carries out an order.
func (b *Bank) transferMany(ctx context.Context, caller auth.Caller, p *TransferManyParams, order *batchOrder) (TransferBatch, error) {
	outcome, err := b.carryOut(ctx, caller, &order.Order)
	var refusal *ledger.Refusal
	switch {
	case errors.Is(err, store.ErrKeeperNotFound):
		return TransferBatch{}, ledger.ErrAccountNotFound
	case errors.Is(err, ledger.ErrBatchRefused):
		return TransferBatch{}, batchRefused(outcome.Results)
	case errors.As(err, &refusal) && itemAtFault(refusal.Code): // a lone item's own, which an order for one posting is refused with
		return TransferBatch{}, batchRefused([]ledger.Result{{Refusal: refusal}})
	case err != nil:
		return TransferBatch{}, err
	case outcome.Earlier != nil:
		batch, err := store.Read(ctx, b.store, func(ctx context.Context, q db.Querier) (TransferBatch, error) {
			if outcome.Earlier.Kind != ledger.KindBatch {
				return TransferBatch{}, errUnknownKind(*outcome.Earlier)
			}
			return batchByID(ctx, q, outcome.Earlier.ID)
		})
		batch.Replayed = batch.ID != order.id
		return batch, gone(err)
	case p.DryRun:
		return dryRun(p, outcome), nil
	}
	batch, err := batchOf(order.row(outcome))
	b.Counters.Transfers.Add(int64(batch.Posted))
	return batch, err
}

// check makes the checks that need no database. It refuses the request as a whole, for its first fault.
func (p *TransferManyParams) check() error {
	for i, item := range p.Items {
		err := checkMovement(ledger.TypeTransferOut, item.Amount, item.Description)
		if err == nil {
			err = checkText("/reference", item.Reference)
		}
		var refusal *ledger.Refusal
		if errors.As(err, &refusal) {
			return atItem(i, refusal)
		}
	}
	return nil
}

// atItem returns a refusal that points at an item of the request.
func atItem(index int, refusal *ledger.Refusal) *ledger.Refusal {
	pointed := *refusal
	field := refusal.Pointer
	if field == "" {
		field = faults[refusal.Code]
	}
	pointed.Pointer = fmt.Sprintf("/items/%d%s", index, field)
	return &pointed
}

func itemAtFault(code ledger.Code) bool {
	_, known := faults[code]
	return known
}

// faults has the field of an item that is at fault, by the refusal's code.
var faults = map[ledger.Code]string{
	ledger.CodeAccountNotFound:      "", // of the sender, so of the item as a whole; a recipient's has a pointer
	ledger.CodeSameAccount:          "/to_account",
	ledger.CodeCurrencyMismatch:     "/to_account",
	ledger.CodeInsufficientFunds:    "/amount",
	ledger.CodeBalanceLimitExceeded: "/amount",
	ledger.CodeReferenceUsed:        "/reference",
	ledger.CodeLimitExceeded:        "/amount",
	ledger.CodeAccountFrozen:        "",
	ledger.CodeAccountClosed:        "",
}

// batchOrder is the order for many transfers, with what is kept of it.
type batchOrder struct {
	store.Order

	id      uuid.UUID
	account ledger.AccountNumber
	mode    TransferMode
	time    time.Time
}

func (b *Bank) orderOf(caller auth.Caller, own bool, p *TransferManyParams) (*batchOrder, error) {
	order := &batchOrder{account: p.Account, mode: p.Mode, time: b.now()}
	var err error
	if order.id, err = b.newID(order.time); err != nil {
		return nil, err
	}
	order.Postings = make([]ledger.Posting, len(p.Items))
	for i, item := range p.Items {
		posting := &order.Postings[i]
		*posting = ledger.Posting{
			Type: ledger.TypeTransferOut, Account: item.From, To: item.To, Amount: item.Amount,
			Description: item.Description, Reference: item.Reference,
		}
		if err := b.identify(posting, order.time); err != nil {
			return nil, err
		}
	}
	order.Each, order.Trial, order.KeptFor = p.Mode == Each, p.DryRun, p.Account
	if !p.DryRun {
		key := b.postingKey(caller, own, p.Account, p.IdempotencyKey, "transferMany", p.fingerprinted()...)
		order.Key, order.Keep = key.order(ledger.KindBatch, order.id), order.row
	}
	return order, nil
}

// fingerprinted returns the input of the request's fingerprint. If all transfers are from the request's account, it is the same as before
// items could name senders.
func (p *TransferManyParams) fingerprinted() []any {
	values := make([]any, 0, 2+4*len(p.Items))
	values = append(values, p.Account, p.Mode)
	for _, item := range p.Items {
		values = append(values, item.To, item.Amount, item.Description, item.Reference)
	}
	if slices.ContainsFunc(p.Items, func(item TransferItem) bool { return item.From != p.Account }) {
		values = append(values, "from")
		for _, item := range p.Items {
			values = append(values, item.From)
		}
	}
	return values
}

// row returns the row that keeps an outcome of the order.
func (o *batchOrder) row(outcome ledger.Outcome) db.InsertTransferBatchParams {
	kept := make([]ledger.Kept, len(outcome.Results))
	for i := range outcome.Results {
		kept[i] = ledger.Kept{ID: outcome.Results[i].Entry.ID, Refusal: outcome.Results[i].Refusal}
		if from := o.Postings[i].Account; from != o.account {
			kept[i].From = from
		}
	}
	return db.InsertTransferBatchParams{
		ID: o.id, AccountNumber: int64(o.account), Mode: string(o.mode), CreatedAt: o.time.UnixMicro(),
		TotalAmount: int64(total(o.account, outcome.Results)), Results: ledger.KeptText(kept),
	}
}

// total returns the sum of the transfers from an account that were not refused. Those from other accounts can be in other currencies.
func total(account ledger.AccountNumber, results []ledger.Result) (sum ledger.Money) {
	for i := range results {
		if results[i].Refusal == nil && results[i].Entry.Account == account {
			sum += results[i].Entry.Amount
		}
	}
	return sum
}

// batchRefused returns the refusal of all items because of those that have one of their own.
func batchRefused(results []ledger.Result) error {
	refused := &BatchRefused{Refusal: *ledger.ErrBatchRefused}
	for i := range results {
		if results[i].Refusal != nil {
			refused.Items = append(refused.Items, atItem(i, results[i].Refusal))
		}
	}
	return refused
}

// dryRun returns what would become of the items.
func dryRun(p *TransferManyParams, outcome ledger.Outcome) TransferBatch {
	batch := TransferBatch{Account: p.Account, Mode: p.Mode, DryRun: true, Results: make([]TransferResult, len(outcome.Results))}
	batch.Refused = outcome.Refused()
	others := StatusPosted
	if p.Mode == AllOrNothing && batch.Refused > 0 {
		others = StatusNotAttempted
	} else {
		batch.Posted, batch.Total = len(outcome.Results)-batch.Refused, total(p.Account, outcome.Results)
	}
	for i := range outcome.Results {
		batch.Results[i].Status = others
		if refusal := outcome.Results[i].Refusal; refusal != nil {
			batch.Results[i] = TransferResult{Status: StatusRefused, Refusal: refusal}
		}
	}
	return batch
}
