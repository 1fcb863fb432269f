-- +goose Up
-- How many wrong PINs in a row were given inside a session; the third one ends it.
ALTER TABLE sessions ADD COLUMN wrong_pins INTEGER NOT NULL DEFAULT 0;
