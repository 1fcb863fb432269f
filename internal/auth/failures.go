package auth

import (
	"context"
	"errors"
	"maps"
	"net/netip"
	"sync"

	"github.com/google/uuid"

	"github.com/bankingcore/bankcore/internal/audit"
	"github.com/bankingcore/bankcore/internal/db"
	"github.com/bankingcore/bankcore/internal/ledger"
	"github.com/bankingcore/bankcore/internal/store"
)

// Wrong PINs of one account are few, since the third locks it. Other failures cost an attacker nothing and could fill the
// audit trail: those that name no account, or an account without a reset code. The first from a network is recorded at once,
// and the others of the same minute become one more event, with their count. The same goes for refused admin keys, keys of service
// clients and tokens of staff.

// maxRepeats bounds the kinds of failures that are counted separately; any beyond that are counted together.
const maxRepeats = 256

// repeatKey is what failures that become one event have in common.
type repeatKey struct {
	kind    audit.EventType
	network netip.Prefix         // the near one; the zero Prefix is this machine, or failures beyond maxRepeats
	account ledger.AccountNumber // 0 for all numbers of no account, since the attacker chooses those
	client  uuid.UUID            // whose key is right but refused; uuid.Nil for none
}

type repeat struct {
	count   int64
	address string // "" if there were several
}

// repeats counts failures in memory until FlushRepeats writes them.
type repeats struct {
	mu    sync.Mutex
	since map[repeatKey]repeat
}

// note counts a failure, unless it is the first of its kind, which the caller must write.
func (r *repeats) note(key repeatKey, address string) (first bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if _, known := r.since[key]; !known && len(r.since) < maxRepeats {
		r.since[key] = repeat{address: address}
		return true
	} else if !known {
		key = repeatKey{kind: key.kind}
	}
	r.add(key, repeat{count: 1, address: address})
	return false
}

// add adds to a count. The caller holds mu.
func (r *repeats) add(key repeatKey, more repeat) {
	before, known := r.since[key]
	if known && before.address != more.address {
		more.address = ""
	}
	more.count += before.count
	r.since[key] = more
}

func (r *repeats) take() map[repeatKey]repeat {
	r.mu.Lock()
	defer r.mu.Unlock()
	taken := r.since
	r.since = map[repeatKey]repeat{}
	return taken
}

// recordRepeat records a failure about a number. The account is the one with that number, or 0 if there is none. A failure
// that is only counted costs the same durable commit.
func (s *Service) recordRepeat(ctx context.Context, kind audit.EventType, number, account ledger.AccountNumber, caller Caller) error {
	first := s.repeats.note(repeatKey{kind: kind, network: networksOf(caller.Address).near, account: account}, caller.Address)
	return s.store.Update(ctx, func(ctx context.Context, q db.Querier) error {
		if first {
			return s.Record(ctx, q, kind, number, caller)
		}
		if _, err := q.EventChainEnd(ctx); err != nil { // the same round trips as for an event
			return err
		}
		return q.CountUnknownAccountAttempt(ctx)
	})
}

// recordGathered records a refused credential. It proves no identity, except a service client's if caller.Client is set. A failure that is
// only counted costs no commit.
func (s *Service) recordGathered(ctx context.Context, kind audit.EventType, account ledger.AccountNumber, caller Caller) error {
	key := repeatKey{kind: kind, network: networksOf(caller.Address).near, account: account}
	detail := caller.Operation
	if caller.Client != nil {
		key.client = caller.Client.ID
		detail = key.client.String() + " " + caller.Client.Key + " " + detail
	}
	if !s.repeats.note(key, caller.Address) {
		return nil
	}
	by := Caller{Client: caller.Client, Address: caller.Address, RequestID: caller.RequestID, ServerRequestID: caller.ServerRequestID}
	err := s.store.Update(ctx, func(ctx context.Context, q db.Querier) error {
		return s.RecordDetail(ctx, q, kind, account, by, detail)
	})
	if err != nil {
		s.repeats.note(key, caller.Address) // for FlushRepeats to write
	}
	return err
}

// FlushRepeats writes what has been counted since its last call: one event for all failures of one kind from one network. It
// is called once a minute and before the process ends. A crash loses the counts not yet written.
func (s *Service) FlushRepeats(ctx context.Context) error {
	taken := s.repeats.take()
	maps.DeleteFunc(taken, func(_ repeatKey, r repeat) bool { return r.count == 0 })
	if len(taken) == 0 {
		return nil
	}
	err := s.store.Update(ctx, func(ctx context.Context, q db.Querier) error {
		now := s.now()
		for key, r := range taken {
			var by Caller
			if key.client != uuid.Nil {
				by.Client = &Client{ID: key.client}
			}
			event := audit.Event{Type: key.kind, Account: key.account, Actor: by.Actor(), Address: r.address, Count: r.count}
			if r.address == "" && key.network.IsValid() {
				event.Address = key.network.String()
			}
			if err := s.insertEvent(ctx, q, now, event); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		s.repeats.mu.Lock()
		defer s.repeats.mu.Unlock()
		for key, r := range taken {
			s.repeats.add(key, r)
		}
	}
	return err
}

// RecordRefusedAdminKey records a wrong admin key.
func (s *Service) RecordRefusedAdminKey(ctx context.Context, caller Caller) error {
	return s.recordGathered(ctx, EventAdminKeyRefused, audit.WholeBank, caller)
}

// refuseClientKey records that a service client's key is refused, and returns why. The caller's client is set if the key is right, and
// was revoked or has expired; the answer does not say so.
func (s *Service) refuseClientKey(ctx context.Context, caller Caller) (Caller, error) {
	if err := s.recordGathered(ctx, EventClientKeyRefused, audit.WholeBank, caller); err != nil {
		return Caller{}, err
	}
	return Caller{}, refuse(CodeInvalidClientKey, "The key of this service client is wrong, expired or revoked.")
}

// RecordRefusedStaff records a refused token, if its customer is or was an employee or an administrator.
func (s *Service) RecordRefusedStaff(ctx context.Context, caller Caller, account ledger.AccountNumber) error {
	staff, err := store.View(ctx, s.store, func(ctx context.Context, q db.Querier) (bool, error) {
		customer, err := store.CustomerBy(ctx, q, account)
		if err != nil && !errors.Is(err, ledger.ErrAccountNotFound) { // the bank may have been restored to a time before the account was opened
			return false, err
		}
		if Role(customer.Role).staff() {
			return true, nil
		}
		demotions, err := q.CountDemotions(ctx, int64(account))
		return demotions > 0, err
	})
	if err != nil || !staff {
		return err
	}
	return s.recordGathered(ctx, EventStaffTokenRefused, account, caller)
}

// refuseToken records that a token of an account is refused and returns why, or the error of the record. The account is 0 if
// the token does not prove one.
func (s *Service) refuseToken(ctx context.Context, caller Caller, account ledger.AccountNumber, why error) error {
	refused := errors.Is(why, errInvalidToken) || errors.Is(why, errTokenRevoked)
	if account == 0 || !refused {
		return why
	}
	if err := s.RecordRefusedStaff(ctx, caller, account); err != nil {
		return err
	}
	return why
}
