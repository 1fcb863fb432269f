-- +goose Up
-- The number of wrong PINs in a row given inside a session; the third one ends it.
ALTER TABLE sessions ADD COLUMN wrong_pins INTEGER NOT NULL DEFAULT 0;

-- How often the event occurred: failures are many, but their events few.
ALTER TABLE events ADD COLUMN count INTEGER NOT NULL DEFAULT 1;
