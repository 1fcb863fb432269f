-- +goose Up
-- What types there are is for the program to say: a list here would need a migration for each new one.
ALTER TABLE events DROP CONSTRAINT IF EXISTS events_event_type_check;
