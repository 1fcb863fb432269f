package store

import (
	"database/sql/driver"
	"fmt"

	"github.com/google/uuid"
)

// columns reads a row, column by column, as SQLite's driver returns it. The first column of an unexpected type sets the error, and the
// rest is of no use then.
type columns struct {
	values []driver.Value
	err    error
}

// next returns the next column's value.
func next[T any](c *columns) (value T) {
	if c.err != nil {
		return value
	}
	if len(c.values) == 0 {
		c.err = fmt.Errorf("sqlite: a row ends too early")
		return value
	}
	value, ok := c.values[0].(T)
	if !ok {
		c.err = fmt.Errorf("sqlite: a column holds %T instead of %T", c.values[0], value)
	}
	c.values = c.values[1:]
	return value
}

func (c *columns) number() int64 { return next[int64](c) }
func (c *columns) text() string  { return next[string](c) }
func (c *columns) bytes() []byte { return next[[]byte](c) }
func (c *columns) flag() bool    { return c.number() != 0 }

func (c *columns) id() uuid.UUID {
	text := c.text()
	if c.err != nil {
		return uuid.Nil
	}
	var id uuid.UUID
	id, c.err = uuid.Parse(text)
	return id
}

// null reports whether the next column is NULL, and skips it in that case.
func (c *columns) null() bool {
	if c.err != nil || len(c.values) == 0 || c.values[0] != nil {
		return false
	}
	c.values = c.values[1:]
	return true
}

func (c *columns) optionalNumber() *int64 {
	if c.null() {
		return nil
	}
	number := c.number()
	return &number
}

func (c *columns) optionalID() *uuid.UUID {
	if c.null() {
		return nil
	}
	id := c.id()
	return &id
}
