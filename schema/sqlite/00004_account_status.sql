-- +goose Up
-- An account can be frozen and closed, and can have limits on what leaves it.

ALTER TABLE accounts DROP COLUMN status;
ALTER TABLE accounts ADD COLUMN status TEXT NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'frozen', 'closed'));
ALTER TABLE accounts ADD COLUMN debits_frozen INTEGER NOT NULL DEFAULT 0 CHECK (debits_frozen IN (0, 1));
ALTER TABLE accounts ADD COLUMN credits_frozen INTEGER NOT NULL DEFAULT 0 CHECK (credits_frozen IN (0, 1));
ALTER TABLE accounts ADD COLUMN frozen_until INTEGER; -- NULL for a freeze without an end
ALTER TABLE accounts ADD COLUMN status_reason TEXT NOT NULL DEFAULT ''; -- why it is frozen or closed

-- NULL is no limit.
ALTER TABLE accounts ADD COLUMN limit_per_transfer INTEGER CHECK (limit_per_transfer >= 0);
ALTER TABLE accounts ADD COLUMN limit_daily INTEGER CHECK (limit_daily >= 0);
ALTER TABLE accounts ADD COLUMN limit_monthly INTEGER CHECK (limit_monthly >= 0);
-- What has left the account on a day, and in a month, of the bank's time zone. They are kept only while the account has such a limit.
ALTER TABLE accounts ADD COLUMN spent_day INTEGER NOT NULL DEFAULT 0; -- days since 1970-01-01
ALTER TABLE accounts ADD COLUMN spent_on_day INTEGER NOT NULL DEFAULT 0 CHECK (spent_on_day >= 0);
ALTER TABLE accounts ADD COLUMN spent_month INTEGER NOT NULL DEFAULT 0; -- months since January 1970
ALTER TABLE accounts ADD COLUMN spent_in_month INTEGER NOT NULL DEFAULT 0 CHECK (spent_in_month >= 0);

-- The bank's own currencies have codes of three to eight letters.
ALTER TABLE accounts ADD COLUMN currency_code TEXT NOT NULL DEFAULT 'XXX'
    CHECK (length(currency_code) BETWEEN 3 AND 8 AND currency_code NOT GLOB '*[^A-Z]*');
UPDATE accounts SET currency_code = currency;
ALTER TABLE accounts DROP COLUMN currency;
ALTER TABLE accounts RENAME COLUMN currency_code TO currency;
