package server

import (
	"context"

	"github.com/bankingcore/bankcore/internal/api"
	"github.com/bankingcore/bankcore/internal/auth"
	"github.com/bankingcore/bankcore/internal/ledger"
)

// GetSecondFactor answers GET /accounts/{account_number}/second-factor.
func (s *Server) GetSecondFactor(ctx context.Context, request api.GetSecondFactorRequestObject) (api.GetSecondFactorResponseObject, error) {
	number, err := ledger.ParseAccountNumber(request.AccountNumber)
	if err != nil {
		return nil, err
	}
	state, err := s.auth.GetSecondFactor(ctx, scopeOf(ctx).caller, number)
	if err != nil {
		return nil, err
	}
	return api.GetSecondFactor200JSONResponse{
		Enabled: state.Enabled, Required: state.Required, RecoveryCodesLeft: int(state.RecoveryCodes),
	}, nil
}

// StartSecondFactor answers POST /accounts/{account_number}/second-factor.
func (s *Server) StartSecondFactor(ctx context.Context, request api.StartSecondFactorRequestObject) (api.StartSecondFactorResponseObject, error) {
	number, err := ledger.ParseAccountNumber(request.AccountNumber)
	if err != nil {
		return nil, err
	}
	secret, err := s.auth.StartSecondFactor(ctx, scopeOf(ctx).caller, number, request.Body.Pin)
	if err != nil {
		return nil, err
	}
	return api.StartSecondFactor200JSONResponse{
		Body:    api.SecondFactorSecret{Secret: secret.Secret, OtpauthUri: secret.URI},
		Headers: api.StartSecondFactor200ResponseHeaders{CacheControl: pointer("no-store")},
	}, nil
}

// ConfirmSecondFactor answers POST /accounts/{account_number}/second-factor/confirm.
func (s *Server) ConfirmSecondFactor(ctx context.Context, request api.ConfirmSecondFactorRequestObject,
) (api.ConfirmSecondFactorResponseObject, error) {
	number, err := ledger.ParseAccountNumber(request.AccountNumber)
	if err != nil {
		return nil, err
	}
	codes, err := s.auth.ConfirmSecondFactor(ctx, scopeOf(ctx).caller, number, request.Body.Code)
	if err != nil {
		return nil, err
	}
	return api.ConfirmSecondFactor200JSONResponse{RecoveryCodesIssuedJSONResponse: recoveryCodesOf(codes)}, nil
}

// RemoveSecondFactor answers POST /accounts/{account_number}/second-factor/remove.
func (s *Server) RemoveSecondFactor(ctx context.Context, request api.RemoveSecondFactorRequestObject,
) (api.RemoveSecondFactorResponseObject, error) {
	number, err := ledger.ParseAccountNumber(request.AccountNumber)
	if err != nil {
		return nil, err
	}
	err = s.auth.RemoveSecondFactor(ctx, scopeOf(ctx).caller, auth.SecondFactorParams{
		Account: number, Pin: request.Body.Pin, Code: request.Body.Code,
	})
	if err != nil {
		return nil, err
	}
	return api.RemoveSecondFactor204Response{}, nil
}

// ReplaceRecoveryCodes answers POST /accounts/{account_number}/second-factor/recovery-codes.
func (s *Server) ReplaceRecoveryCodes(ctx context.Context, request api.ReplaceRecoveryCodesRequestObject,
) (api.ReplaceRecoveryCodesResponseObject, error) {
	number, err := ledger.ParseAccountNumber(request.AccountNumber)
	if err != nil {
		return nil, err
	}
	codes, err := s.auth.ReplaceRecoveryCodes(ctx, scopeOf(ctx).caller, auth.SecondFactorParams{
		Account: number, Pin: request.Body.Pin, Code: request.Body.Code,
	})
	if err != nil {
		return nil, err
	}
	return api.ReplaceRecoveryCodes200JSONResponse{RecoveryCodesIssuedJSONResponse: recoveryCodesOf(codes)}, nil
}

func recoveryCodesOf(codes []string) api.RecoveryCodesIssuedJSONResponse {
	return api.RecoveryCodesIssuedJSONResponse{
		Body:    api.RecoveryCodes{RecoveryCodes: codes},
		Headers: api.RecoveryCodesIssuedResponseHeaders{CacheControl: pointer("no-store")},
	}
}
