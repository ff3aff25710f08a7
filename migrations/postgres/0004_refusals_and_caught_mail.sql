-- What is said of mailings: more truthfully than before.

-- A relay that refuses by policy may mean one reader or everybody. The delivery that was counted as refused so since its
-- mailing was last paused: there is no second one before the next pause.
alter table mailing add column policy_refused_n bigint;
-- What a mail catcher took before there was a mail provider reached nobody.
alter table mailing add column caught bigint not null default 0;
