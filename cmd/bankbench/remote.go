package main

import (
	"context"
	"io"

	"github.com/bankingcore/bankcore/cmd/bankbench/internal/loadgen"
	"github.com/bankingcore/bankcore/cmd/bankbench/internal/processes"
)

// deposit is what every account begins with: more than one account can send in the longest run.
const deposit = 10_000_000_000

// remote is a server outside this process.
type remote struct {
	url      string
	server   *loadgen.Remote
	accounts []loadgen.Account
}

func openRemote(ctx context.Context, progress io.Writer, o *options) (*remote, error) {
	r := &remote{url: o.url, server: loadgen.NewRemote(o.url)}
	var err error
	if r.accounts, err = r.server.OpenAccounts(ctx, progress, o.accounts, o.perCustomer, deposit); err != nil {
		r.server.Close()
		return nil, err
	}
	return r, nil
}

func (r *remote) describe(config *loadgen.Config) { config.URL, config.Accounts = r.url, r.accounts }

func (r *remote) judge(ctx context.Context, progress io.Writer, load *loadgen.Load) loadgen.Verdict {
	return r.server.Judge(ctx, progress, load, deposit)
}

func (r *remote) machine(*loadgen.Machine) {} // nothing is known about it

func (r *remote) process() (pid int, withLoad bool) { return processes.Listener(r.url), false }

func (r *remote) directory() string { return "" }

func (r *remote) close() error {
	r.server.Close()
	return nil
}
