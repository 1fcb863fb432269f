package auth

import (
	"context"
	"errors"

	"github.com/google/uuid"

	"github.com/bankingcore/bankcore/internal/credentials"
	"github.com/bankingcore/bankcore/internal/db"
	"github.com/bankingcore/bankcore/internal/ledger"
	"github.com/bankingcore/bankcore/internal/store"
)

const (
	// RecoveryCodes is how many recovery codes an account gets at a time.
	RecoveryCodes = 10
	// confirmTries is how many guesses each secret allows.
	confirmTries = 3
)

var (
	errSecondFactorRequired = refuse(CodeSecondFactorRequired,
		"The PIN is right. Send the code of your authenticator app, or a recovery code, as well.")
	errInvalidSecondFactor = refuse(CodeInvalidSecondFactor, "The code is wrong or was used before. Wait for the app's next code.")
	errSecondFactorEnabled = refuse(CodeSecondFactorEnabled, "This account has a second factor already. Turn it off to set up another one.")
	errFactorNotStarted    = refuse(CodeFactorNotStarted,
		"This account has no second factor that could be used or confirmed. Set one up first.")
)

// RequiresSecondFactor reports whether customers need a second factor, and a long PIN, to act in a role.
func (s *Service) RequiresSecondFactor(role Role) bool { return s.staffSecondFactor && role.staff() }

// SecondFactor is the state of an account's second factor.
type SecondFactor struct {
	Enabled       bool
	Required      bool
	RecoveryCodes int64 // how many are left
}

// SecondFactorSecret is what an authenticator app needs. The database has the secret only in encrypted form.
type SecondFactorSecret struct {
	Secret string // in base 32
	URI    string // the same, for a QR code
}

// GetSecondFactor returns the state of an account's second factor, for its owner and the operator.
func (s *Service) GetSecondFactor(ctx context.Context, caller Caller, number ledger.AccountNumber) (SecondFactor, error) {
	if err := s.Require(ctx, caller, SelfManage, number); err != nil {
		return SecondFactor{}, err
	}
	return store.View(ctx, s.store, func(ctx context.Context, q db.Querier) (SecondFactor, error) {
		customer, err := store.CustomerOf(ctx, q, number)
		if err != nil {
			return SecondFactor{}, err
		}
		_, enabled, err := confirmedFactor(ctx, q, customer)
		if err != nil {
			return SecondFactor{}, err
		}
		left, err := q.CountRecoveryCodes(ctx, customer)
		return SecondFactor{Enabled: enabled, Required: s.staffSecondFactor && caller.staff(), RecoveryCodes: left}, err
	})
}

// StartSecondFactor creates a secret, for the account's owner, who proves the PIN. It is in use once ConfirmSecondFactor has
// confirmed it. An unconfirmed secret is replaced.
func (s *Service) StartSecondFactor(ctx context.Context, caller Caller, number ledger.AccountNumber, pin string) (SecondFactorSecret, error) {
	if err := s.Require(ctx, caller, SelfManage, number); err != nil {
		return SecondFactorSecret{}, err
	}
	var secret SecondFactorSecret
	given := proof{caller: caller, who: signingIn(caller, number), number: number, pin: pin}
	err := s.prove(ctx, given, func(ctx context.Context, q db.Querier, who proved) error {
		var err error
		secret, err = s.insertSecondFactor(ctx, q, who.customer, number)
		return err
	})
	if errors.Is(err, errSecondFactorRequired) { // because the account has one
		err = errSecondFactorEnabled
	}
	return secret, err
}

// EnrolSecondFactor is StartSecondFactor for the operator, without a PIN.
func (s *Service) EnrolSecondFactor(ctx context.Context, caller Caller, number ledger.AccountNumber) (SecondFactorSecret, error) {
	if err := s.Require(ctx, caller, BankOperate, number); err != nil {
		return SecondFactorSecret{}, err
	}
	return store.Update(ctx, s.store, func(ctx context.Context, q db.Querier) (SecondFactorSecret, error) {
		customer, err := store.CustomerOf(ctx, q, number)
		if err != nil {
			return SecondFactorSecret{}, err
		}
		return s.insertSecondFactor(ctx, q, customer, number)
	})
}

// insertSecondFactor inserts a customer's secret. The app shows it under the number of an account.
func (s *Service) insertSecondFactor(ctx context.Context, q db.Querier, customer uuid.UUID, number ledger.AccountNumber) (SecondFactorSecret, error) {
	secret, err := credentials.NewFactorSecret(s.random)
	if err != nil {
		return SecondFactorSecret{}, err
	}
	uri, err := secret.URI(number.String())
	if err != nil {
		return SecondFactorSecret{}, err
	}
	sealed, keyID, err := s.keys.Seal(s.random, customer.String(), secret)
	if err != nil {
		return SecondFactorSecret{}, err
	}
	inserted, err := q.InsertSecondFactor(ctx, db.InsertSecondFactorParams{
		CustomerID: customer, SealedFor: customer.String(), SealedSecret: sealed, KeyID: keyID, TriesLeft: confirmTries,
	})
	if err == nil && inserted == 0 {
		err = errSecondFactorEnabled
	}
	return SecondFactorSecret{Secret: secret.Text(), URI: uri}, err
}

// ConfirmSecondFactor puts a secret to use, for an owner or operator who has a code of it, and returns the recovery codes. It
// marks the caller's session as having proved the second factor. Guesses are limited, since an attacker may have started the
// secret.
func (s *Service) ConfirmSecondFactor(ctx context.Context, caller Caller, number ledger.AccountNumber, text string) ([]string, error) {
	if err := s.Require(ctx, caller, SelfManage, number); err != nil {
		return nil, err
	}
	code, err := parseFactorCode(text)
	if err != nil {
		return nil, err
	}
	started, err := s.countConfirmTry(ctx, number)
	if err != nil {
		return nil, err
	}
	secret, err := store.Read(ctx, s.store, func(ctx context.Context, q db.Querier) (credentials.FactorSecret, error) {
		return s.unseal(ctx, q, &started)
	})
	if errors.Is(err, store.ErrUnavailable) {
		return nil, err
	}
	if err != nil {
		return nil, errFactorNotStarted
	}
	step := secret.Step(code, s.now())
	if step == 0 {
		return nil, errInvalidSecondFactor
	}
	return s.enableSecondFactor(context.WithoutCancel(ctx), caller, number, started, step)
}

// EnableSecondFactor is ConfirmSecondFactor for an operator's script, which cannot prompt for a code.
func (s *Service) EnableSecondFactor(ctx context.Context, caller Caller, number ledger.AccountNumber) ([]string, error) {
	if err := s.Require(ctx, caller, BankOperate, number); err != nil {
		return nil, err
	}
	started, err := s.countConfirmTry(ctx, number)
	if err != nil {
		return nil, err
	}
	return s.enableSecondFactor(ctx, caller, number, started, 0)
}

// countConfirmTry counts a try, durably, before its code is checked.
func (s *Service) countConfirmTry(ctx context.Context, number ledger.AccountNumber) (db.SecondFactor, error) {
	return store.Update(ctx, s.store, func(ctx context.Context, q db.Querier) (db.SecondFactor, error) {
		customer, err := store.CustomerOf(ctx, q, number)
		if err != nil {
			return db.SecondFactor{}, err
		}
		started, err := q.CountSecondFactorTry(ctx, customer)
		if errors.Is(err, store.ErrNotFound) {
			err = errFactorNotStarted
		}
		return started, err
	})
}

func (s *Service) enableSecondFactor(ctx context.Context, caller Caller, number ledger.AccountNumber, started db.SecondFactor, step int64,
) ([]string, error) {
	codes, err := s.newRecoveryCodes()
	if err != nil {
		return nil, err
	}
	err = s.store.Update(ctx, func(ctx context.Context, q db.Querier) error {
		confirmed, err := q.ConfirmSecondFactor(ctx, db.ConfirmSecondFactorParams{
			ConfirmedAt: s.now().UnixMicro(), UsedStep: step, CustomerID: started.CustomerID, SealedSecret: started.SealedSecret,
		})
		if err != nil {
			return err
		}
		if confirmed == 0 {
			return errFactorNotStarted
		}
		if err := s.insertRecoveryCodes(ctx, q, started.CustomerID, codes); err != nil {
			return err
		}
		if err := q.ProveSessionSecondFactor(ctx, caller.Session); err != nil { // does nothing for the operator, who has no session
			return err
		}
		return s.Record(ctx, q, EventSecondFactorEnabled, number, caller)
	})
	return groupCodes(codes), err
}

// SecondFactorParams holds the proof of both factors.
type SecondFactorParams struct {
	Account ledger.AccountNumber
	Pin     string
	Code    string
}

// proveBoth runs fn for an owner who proves both factors. It refuses an account that has only one.
func (s *Service) proveBoth(ctx context.Context, caller Caller, p SecondFactorParams,
	fn func(ctx context.Context, q db.Querier, customer uuid.UUID) error,
) error {
	given := proof{caller: caller, who: signingIn(caller, p.Account), number: p.Account, pin: p.Pin, code: p.Code}
	return s.prove(ctx, given, func(ctx context.Context, q db.Querier, who proved) error {
		if !who.secondFactor {
			return errFactorNotStarted
		}
		return fn(ctx, q, who.customer)
	})
}

// RemoveSecondFactor turns a second factor off for its owner, who proves it again. It is refused if the customer's role
// requires one.
func (s *Service) RemoveSecondFactor(ctx context.Context, caller Caller, p SecondFactorParams) error {
	if err := s.Require(ctx, caller, SelfManage, p.Account); err != nil {
		return err
	}
	if s.staffSecondFactor && caller.staff() {
		return refuse(CodeForbidden, "Staff need a second factor at this bank.")
	}
	return s.proveBoth(ctx, caller, p, func(ctx context.Context, q db.Querier, customer uuid.UUID) error {
		return s.deleteSecondFactor(ctx, q, caller, customer, p.Account)
	})
}

// SwitchSecondFactorOff turns a second factor off, for the operator, when its owner has lost it.
func (s *Service) SwitchSecondFactorOff(ctx context.Context, caller Caller, number ledger.AccountNumber) error {
	if err := s.Require(ctx, caller, BankOperate, number); err != nil {
		return err
	}
	return s.store.Update(ctx, func(ctx context.Context, q db.Querier) error {
		customer, err := store.CustomerOf(ctx, q, number)
		if err != nil {
			return err
		}
		return s.deleteSecondFactor(ctx, q, caller, customer, number)
	})
}

func (s *Service) deleteSecondFactor(ctx context.Context, q db.Querier, caller Caller, customer uuid.UUID, number ledger.AccountNumber) error {
	deleted, err := q.DeleteSecondFactor(ctx, customer)
	if err != nil {
		return err
	}
	if deleted == 0 {
		return errFactorNotStarted
	}
	if err := q.DeleteRecoveryCodes(ctx, customer); err != nil {
		return err
	}
	if err := q.ForgetSecondFactor(ctx, customer); err != nil {
		return err
	}
	return s.Record(ctx, q, EventSecondFactorDisabled, number, caller)
}

// ReplaceRecoveryCodes gives an owner who proves both factors new recovery codes.
func (s *Service) ReplaceRecoveryCodes(ctx context.Context, caller Caller, p SecondFactorParams) ([]string, error) {
	if err := s.Require(ctx, caller, SelfManage, p.Account); err != nil {
		return nil, err
	}
	codes, err := s.newRecoveryCodes()
	if err != nil {
		return nil, err
	}
	err = s.proveBoth(ctx, caller, p, func(ctx context.Context, q db.Querier, customer uuid.UUID) error {
		if err := s.insertRecoveryCodes(ctx, q, customer, codes); err != nil {
			return err
		}
		return s.Record(ctx, q, EventRecoveryCodesReplaced, p.Account, caller)
	})
	return groupCodes(codes), err
}
