package main

import (
	"context"
	"io"

	"github.com/bankingcore/bankcore/internal/bench"
)

// benchDeposit is what every account begins with: more than one account can send in the longest run.
const benchDeposit = 10_000_000_000

// remoteBench is a server outside this process.
type remoteBench struct {
	url      string
	server   *bench.Remote
	accounts []bench.Account
}

func openRemoteBench(ctx context.Context, progress io.Writer, o *benchOptions) (*remoteBench, error) {
	r := &remoteBench{url: o.url, server: bench.NewRemote(o.url)}
	var err error
	if r.accounts, err = r.server.OpenAccounts(ctx, progress, o.accounts, benchDeposit); err != nil {
		r.server.Close()
		return nil, err
	}
	return r, nil
}

func (r *remoteBench) describe(config *bench.Config) { config.URL, config.Accounts = r.url, r.accounts }

func (r *remoteBench) judge(ctx context.Context, progress io.Writer, load *bench.Load) bench.Verdict {
	return r.server.Judge(ctx, progress, load, benchDeposit)
}

func (r *remoteBench) machine(*bench.Machine) {} // nothing is known about it

func (r *remoteBench) directory() string { return "" }

func (r *remoteBench) close() error {
	r.server.Close()
	return nil
}
