-- +goose Up
-- How many wrong PINs in a row were given inside a session; the third one ends it.
ALTER TABLE sessions ADD COLUMN wrong_pins INTEGER NOT NULL DEFAULT 0;

-- How many times what an event tells has happened: failures are many, and their events few.
ALTER TABLE events ADD COLUMN count INTEGER NOT NULL DEFAULT 1;
