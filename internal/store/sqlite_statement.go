package store

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"

	"github.com/mattn/go-sqlite3"
)

// preparedStatement is a statement of the driver. It is used by one goroutine at a time.
type preparedStatement struct {
	*sqlite3.SQLiteStmt

	arguments []driver.NamedValue // of the last call
	columns   []driver.Value      // of the last row
}

func newStatement(driverConn any, query string) (*preparedStatement, error) {
	conn, ok := driverConn.(*sqlite3.SQLiteConn)
	if !ok {
		return nil, fmt.Errorf("an unexpected connection: %T", driverConn)
	}
	statement, err := conn.Prepare(forSQLite(query))
	if err != nil {
		return nil, err
	}
	return &preparedStatement{SQLiteStmt: statement.(*sqlite3.SQLiteStmt)}, nil
}

// row returns the first row of the statement's result, which is valid until the next call, or nil if there is none.
func (s *preparedStatement) row(arguments ...driver.Value) ([]driver.Value, error) {
	rows, err := s.query(arguments)
	if err != nil {
		return nil, err
	}
	row := s.columns
	if err = rows.Next(row); errors.Is(err, io.EOF) {
		row, err = nil, nil
	}
	return row, errors.Join(err, rows.Close())
}

// rows calls fn with each row of the statement's result, which is valid during the call.
func (s *preparedStatement) rows(fn func(row []driver.Value) error, arguments ...driver.Value) error {
	rows, err := s.query(arguments)
	if err != nil {
		return err
	}
	for err == nil {
		if err = rows.Next(s.columns); err == nil {
			err = fn(s.columns)
		}
	}
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return errors.Join(err, rows.Close())
}

func (s *preparedStatement) query(arguments []driver.Value) (driver.Rows, error) {
	s.arguments = s.arguments[:0]
	for i, value := range arguments {
		s.arguments = append(s.arguments, driver.NamedValue{Ordinal: i + 1, Value: value})
	}
	rows, err := s.QueryContext(context.Background(), s.arguments)
	if err == nil && s.columns == nil {
		s.columns = make([]driver.Value, len(rows.Columns()))
	}
	return rows, err
}

// exec carries out the statement. It also runs it as a query: the driver then binds all arguments and steps in one call into SQLite, instead
// of one call for each argument.
func (s *preparedStatement) exec(arguments ...driver.Value) error {
	_, err := s.row(arguments...)
	return err
}
