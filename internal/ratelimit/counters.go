package ratelimit

import (
	"context"
	"time"
)

// Counter counts the accepted requests of one limit, by client.
type Counter interface {
	// Peek reports whether a request would be refused, as far as that is known at no cost. It counts nothing.
	Peek(c Client) Admission
	// Count accepts and counts one request, or refuses it. After an error, the request must not be let through.
	Count(ctx context.Context, c Client) (Admission, error)
}

// Local counts in this process. IPv6 has a table of its own, so that a flood of one family cannot fill the other's table.
type Local struct{ main, six *Table }

// Capacity bounds how many clients or accounts one table of Local remembers. A full table with 20 requests each takes 30 MB, and twice
// that if no two clients share a network.
const Capacity = 1 << 16

// NewLocal returns a counter for one limit; see NewTable.
func NewLocal(name string, limit Limit, now func() time.Time) *Local {
	table := func() *Table { return NewTable(name, limit, Capacity, now) }
	return &Local{main: table(), six: table()}
}

func (l *Local) table(c Client) *Table {
	if c.is6() {
		return l.six
	}
	return l.main
}

// Peek is Take without counting.
func (l *Local) Peek(c Client) Admission { return l.table(c).Peek(c) }

// Take accepts and counts one request of a client, or refuses it.
func (l *Local) Take(c Client) Admission { return l.table(c).Take(c) }

// Count is Take for a Counter. It never fails.
func (l *Local) Count(_ context.Context, c Client) (Admission, error) { return l.Take(c), nil }

// Database counts for all servers that use it.
type Database interface {
	CountRequest(ctx context.Context, name, key string, limit Limit) (Admission, error)
}

// Shared counts for all servers on one database. This process counts first, by client and by network. What it refuses costs the
// database nothing, so strangers cause no more writes than the quotas of their networks.
type Shared struct {
	front    *Local
	database Database
	name     string
	limit    Limit
}

// NewShared returns a counter for one limit, which the database knows by its name.
func NewShared(front *Local, database Database, name string, limit Limit) *Shared {
	return &Shared{front: front, database: database, name: name, limit: limit}
}

// Peek reports what this process knows.
func (s *Shared) Peek(c Client) Admission { return s.front.Peek(c) }

// Count asks the database about what this process accepts.
func (s *Shared) Count(ctx context.Context, c Client) (Admission, error) {
	front := s.front.table(c)
	if local := front.Take(c); !local.Accepted {
		return local, nil
	}
	admission, err := s.database.CountRequest(ctx, s.name, c.key, s.limit)
	if !admission.Accepted { // also after an error
		front.cancel(c)
	}
	return admission, err
}
