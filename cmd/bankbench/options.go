package main

import (
	"cmp"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/bankingcore/bankcore/cmd/bankbench/internal/loadgen"
	"github.com/bankingcore/bankcore/cmd/bankbench/internal/postgres"
	"github.com/bankingcore/bankcore/internal/auth"
	"github.com/bankingcore/bankcore/internal/store"
)

const (
	// No run may outlast an access token; with a baseline, a run takes three times as long.
	maxDuration         = 10 * time.Minute
	maxBaselineDuration = 4 * time.Minute
	minDuration         = 100 * time.Millisecond
	maxAccounts         = 10_000_000
	maxConnections      = 4096
	maxHistory          = 1_000_000_000
	maxScale            = 10_000

	embeddedAccounts = 10_000
	remoteAccounts   = 100
	// maxRemoteAccounts bounds how long it takes to open them: each costs the server two PIN hashes of 20 ms.
	maxRemoteAccounts = 2_000
)

// options holds the options of a bench.
type options struct {
	url, database         string
	accounts, connections int
	perCustomer           int // accounts
	items                 int
	duration              time.Duration
	mixText, keysText     string
	hotText               string
	history               int64
	seed                  uint64
	json, baseline        bool
	scale                 int

	mix  loadgen.Mix
	keys loadgen.KeyStyle
	hot  int

	server  *postgres.Server // that --database names; nil for SQLite
	pgbench string           // the program, if it is needed
}

func (o *options) define(command *cobra.Command) {
	flags := command.Flags()
	flags.SortFlags = false
	flags.StringVar(&o.url, "url", "", "load a server that is already running")
	flags.StringVar(&o.database, "database", "", "keep the database in this `file`, which an earlier run may have made, or in postgres://...")
	flags.IntVar(&o.accounts, "accounts", 0, "how many accounts (default 10000, with --url 100)")
	flags.IntVar(&o.perCustomer, "per-customer", 1, "how many of them each customer has, with one session for all")
	flags.Int64Var(&o.history, "history", 0, "write this many entries, over the past year, before the run")
	flags.IntVar(&o.connections, "connections", 64, "how many connections, each with one request at a time")
	flags.DurationVar(&o.duration, "duration", 10*time.Second, "how long, at most 10m, with --baseline 4m")
	flags.StringVar(&o.mixText, "mix", "transfer=100", "operations and their weights")
	flags.IntVar(&o.items, "items", loadgen.MaxItems, "how many transfers are in a batch")
	flags.StringVar(&o.keysText, "keys", string(loadgen.KeysTimeOrdered), "idempotency keys: time-ordered, random or none")
	flags.StringVar(&o.hotText, "hot", "", "all transfers go to one account, or to a `number` or share: --hot=10, --hot=1%")
	flags.Lookup("hot").NoOptDefVal = "1"
	flags.Uint64Var(&o.seed, "seed", 1, "the same seed makes the same choices")
	flags.BoolVar(&o.baseline, "baseline", false, "compare with a bare Echo handler, and a bare SQLite loop or pgbench")
	flags.IntVar(&o.scale, "pgbench-scale", 50, "branches of pgbench's bank, each with 100000 accounts")
	flags.BoolVar(&o.json, "json", false, "print one JSON object")
}

// check reads the options that are text and looks for mistakes.
func (o *options) check() error {
	mostAccounts := maxAccounts
	if o.url != "" {
		mostAccounts = maxRemoteAccounts
		if o.history != 0 || o.database != "" && !store.IsPostgres(o.database) {
			return errors.New("--history and a file as --database are for the embedded server, not for --url")
		}
		if err := loadgen.CheckURL(o.url); err != nil {
			return fmt.Errorf("--url: %w", err)
		}
	}
	if o.accounts == 0 {
		o.accounts = embeddedAccounts
		if o.url != "" {
			o.accounts = remoteAccounts
		}
	}
	err := cmp.Or(
		between("--accounts", int64(o.accounts), 2, int64(mostAccounts)),
		between("--per-customer", int64(o.perCustomer), 1, auth.MaxAccounts),
		between("--history", o.history, 0, maxHistory),
		between("--connections", int64(o.connections), 1, maxConnections),
		between("--items", int64(o.items), 1, loadgen.MaxItems),
		between("--pgbench-scale", int64(o.scale), 1, maxScale),
	)
	longest := maxDuration
	if o.baseline {
		longest = maxBaselineDuration
	}
	if err == nil && (o.duration < minDuration || o.duration > longest) {
		err = fmt.Errorf("--duration: expected %v to %v", minDuration, longest)
	}
	if err != nil {
		return err
	}
	return o.parse()
}

func (o *options) parse() error {
	var err error
	if store.IsPostgres(o.database) {
		if o.server, err = postgres.Parse(o.database); err != nil {
			return fmt.Errorf("--database: %w", err)
		}
	}
	if o.mix, err = loadgen.ParseMix(o.mixText); err != nil {
		return fmt.Errorf("--mix: %w", err)
	}
	if o.keys, err = loadgen.ParseKeyStyle(o.keysText); err != nil {
		return fmt.Errorf("--keys: %w", err)
	}
	if o.hot, err = loadgen.ParseHot(o.hotText, o.accounts); err != nil {
		return fmt.Errorf("--hot: %w", err)
	}
	return nil
}

func between(flag string, value, least, most int64) error {
	if value < least || value > most {
		return fmt.Errorf("%s: expected %d to %d", flag, least, most)
	}
	return nil
}
