-- A reader who changes to a faster cadence is owed what the slower one had not brought yet, however far the faster one
-- looks back. Since when that is, until the next mailing of the pace has brought it.
alter table pace add column moved_since bigint;
