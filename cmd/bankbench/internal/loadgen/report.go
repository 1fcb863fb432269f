package loadgen

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"
)

// Report is the full result of a run. Its JSON is for machines; its members' names end in their units.
type Report struct {
	Version    string           `json:"version"` // of the program that measured
	StartedAt  time.Time        `json:"started_at"`
	Machine    Machine          `json:"machine"`
	Options    Options          `json:"options"`
	Seconds    float64          `json:"seconds"`    // of load, without set-up and verdict
	Operations []Measurement    `json:"operations"` // each operation that was sent
	Total      Measurement      `json:"total"`
	Problems   map[string]int64 `json:"problems"` // errors and refused items by code
	CPU        CPU              `json:"cpu"`
	Baseline   *Baseline        `json:"baseline,omitempty"`
	Verdict    Verdict          `json:"verdict"`
}

// Machine is the machine that a run took place on.
type Machine struct {
	CPUs         int     `json:"cpus"`
	OS           string  `json:"os"`
	Arch         string  `json:"arch"`
	Go           string  `json:"go"`
	SQLiteSync   string  `json:"sqlite_synchronous,omitempty"` // of the embedded server
	PostgreSQL   string  `json:"postgresql,omitempty"`         // its version and durability, if the server's database is known
	DiskSyncMS   float64 `json:"disk_sync_ms,omitempty"`       // the time of a durable 4 KiB write, where the database is
	PeakMemoryMB float64 `json:"peak_memory_mb,omitempty"`     // of the process, set-up and load generator included
}

// Options are the options of a run.
type Options struct {
	URL            string  `json:"url,omitempty"` // "" for the embedded server
	Accounts       int     `json:"accounts"`
	PerCustomer    int     `json:"accounts_per_customer"`
	Senders        int     `json:"senders"`
	Connections    int     `json:"connections"`
	Seconds        float64 `json:"duration_seconds"`
	Mix            string  `json:"mix"`
	Items          int     `json:"items"` // of a batch
	Keys           string  `json:"keys"`
	Hot            int     `json:"hot_accounts"`
	HistoryEntries int64   `json:"history_entries"` // before the run
	Seed           uint64  `json:"seed"`
}

// CPU is the processor time that each item took, in milliseconds.
type CPU struct {
	Server     string   `json:"server"`              // the name of the server's program; "" if its process is not known
	WithLoad   bool     `json:"with_load_generator"` // the load generator is in the server's process
	ServerMS   *float64 `json:"server_ms"`           // null if not known
	DatabaseMS *float64 `json:"database_ms"`         // of all of PostgreSQL's processes; null if not known, or if there are none
}

// Baseline compares the bank with the least work that could replace it, in medians of rounds.
type Baseline struct {
	Rounds    int     `json:"rounds"`
	Bank      float64 `json:"bank_per_second"`
	Echo      float64 `json:"echo_per_second"`             // a handler that decodes and answers JSON
	SQLite    float64 `json:"sqlite_per_second,omitempty"` // the rows of a transfer, 64 transfers a commit
	TPCB      float64 `json:"tpcb_per_second,omitempty"`   // transactions of pgbench
	PerEcho   float64 `json:"bank_per_echo"`
	PerSQLite float64 `json:"bank_per_sqlite,omitempty"`
	PerTPCB   float64 `json:"bank_per_tpcb,omitempty"`
	TPCBRun   string  `json:"tpcb,omitempty"` // how pgbench was run
}

// JSON writes the report as one object on one line.
func (r *Report) JSON(output io.Writer) error { return json.NewEncoder(output).Encode(r) }

// Text writes the report for people.
func (r *Report) Text(output io.Writer) error {
	var text strings.Builder
	r.textOptions(&text)
	table := tabwriter.NewWriter(&text, 0, 0, 3, ' ', tabwriter.AlignRight)
	_, _ = fmt.Fprintln(table, "operation\tcount\tper second\tp50 ms\tp90 ms\tp99 ms\tp99.9 ms\tmax ms\terrors\t")
	for _, m := range append(r.Operations[:len(r.Operations):len(r.Operations)], r.Total) {
		_, _ = fmt.Fprintf(table, "%s\t%d\t%.0f\t%.2f\t%.2f\t%.2f\t%.2f\t%.2f\t%d\t\n",
			m.Operation, m.Count, m.PerSecond, m.P50MS, m.P90MS, m.P99MS, m.P999MS, m.MaxMS, m.Errors)
	}
	_ = table.Flush() // to memory
	r.textBatches(&text)
	r.textProblems(&text)
	r.textCPU(&text)
	r.textBaseline(&text)
	verdict := "holds"
	if !r.Verdict.Holds {
		verdict = "FAILED"
	}
	_, _ = fmt.Fprintf(&text, "\nverdict: %s: %s; %d operations acknowledged (%d looked up), %d unknown\n",
		verdict, r.Verdict.Says, r.Verdict.Acknowledged, r.Verdict.LookedUp, r.Verdict.Unknown)
	_, err := io.WriteString(output, text.String())
	return err
}

func (r *Report) textOptions(text *strings.Builder) {
	server := "embedded server"
	if r.Options.URL != "" {
		server = r.Options.URL
	}
	_, _ = fmt.Fprintf(text, "Banking Core %s, %s; %d CPUs, %s/%s, %s\n", r.Version, server, r.Machine.CPUs, r.Machine.OS, r.Machine.Arch, r.Machine.Go)
	if r.Machine.SQLiteSync != "" {
		_, _ = fmt.Fprintf(text, "SQLite with synchronous=%s on a disk that takes %.2f ms for a durable write\n", r.Machine.SQLiteSync, r.Machine.DiskSyncMS)
	}
	if r.Machine.PostgreSQL != "" {
		_, _ = fmt.Fprintf(text, "PostgreSQL %s\n", r.Machine.PostgreSQL)
	}
	_, _ = fmt.Fprintf(text, "%d accounts (%d send, %d hot), %d entries before, %d connections, %.1f s, mix %s, %s keys, seed %d\n\n",
		r.Options.Accounts, r.Options.Senders, r.Options.Hot, r.Options.HistoryEntries, r.Options.Connections, r.Seconds,
		r.Options.Mix, r.Options.Keys, r.Options.Seed)
}

// textBatches says what the batches did: the table counts requests.
func (r *Report) textBatches(text *strings.Builder) {
	for _, m := range r.Operations {
		if m.Operation == opBatch.String() {
			_, _ = fmt.Fprintf(text, "\nbatches of %d transfers: %d posted (%.0f/s), %d refused\n",
				r.Options.Items, m.Items, m.ItemsPerSecond, m.ItemsRefused)
		}
	}
}

func (r *Report) textProblems(text *strings.Builder) {
	for _, code := range sortedProblems(r.Problems) {
		_, _ = fmt.Fprintf(text, "\nerror %s: %d", code, r.Problems[code])
		if code == "rate_limited" {
			text.WriteString(" (start the server with RATE_LIMIT_*=off)")
		}
	}
	if len(r.Problems) > 0 {
		text.WriteString("\n")
	}
}

func (r *Report) textCPU(text *strings.Builder) {
	if r.Total.Items == 0 {
		return
	}
	server, database := "not known for the server", ""
	if r.CPU.ServerMS != nil {
		server = fmt.Sprintf("%.3f ms in the server (%s)", *r.CPU.ServerMS, r.CPU.Server)
		if r.CPU.WithLoad {
			server = fmt.Sprintf("%.3f ms in this process, the server and the load generator", *r.CPU.ServerMS)
		}
	}
	switch {
	case r.CPU.DatabaseMS != nil:
		database = fmt.Sprintf(", %.3f ms in PostgreSQL", *r.CPU.DatabaseMS)
	case r.Machine.SQLiteSync == "":
		database = ", not known for a database server"
	}
	_, _ = fmt.Fprintf(text, "\nprocessor time for each operation: %s%s\n", server, database)
}

func (r *Report) textBaseline(text *strings.Builder) {
	b := r.Baseline
	if b == nil {
		return
	}
	_, _ = fmt.Fprintf(text, "\nmedians of %d rounds in turns: bank %.0f/s, bare Echo handler %.0f/s, ", b.Rounds, b.Bank, b.Echo)
	if b.TPCBRun == "" {
		_, _ = fmt.Fprintf(text, "bare SQLite loop %.0f/s\n", b.SQLite)
		_, _ = fmt.Fprintf(text, "the bank does %.2f of the handler's and %.2f of the loop's\n", b.PerEcho, b.PerSQLite)
		return
	}
	_, _ = fmt.Fprintf(text, "TPC-B %.0f/s\n", b.TPCB)
	_, _ = fmt.Fprintf(text, "the bank does %.2f of the handler's and %.2f of TPC-B's, which was: %s\n", b.PerEcho, b.PerTPCB, b.TPCBRun)
}
