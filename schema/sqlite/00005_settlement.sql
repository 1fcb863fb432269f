-- +goose Up
-- What a deposit, a withdrawal or an initial deposit is settled against, such as cash. Entries from before have nothing here, and count as
-- cash.
ALTER TABLE transactions ADD COLUMN via TEXT NOT NULL DEFAULT '';
