-- A ledger grows for years, and a look at a feed must not take longer for it.

-- A post that a feed shows and that the list has from elsewhere names the one that it is a copy of. By its page or title
-- it is the original that is found, whose state tells what became of the post.
alter table post add column original_id blob references post (id);
-- Where many posts of a list are on the same page, the newest is found in one step: without the id in the index, each
-- look went through all of them, and 2,000 feeds that share their posts took 60 ms of it a look.
drop index post_by_link;
create index post_by_link on post (list_id, canonical_link, id) where original_id is null;
drop index post_by_fingerprint;
create index post_by_fingerprint on post (list_id, fingerprint, id) where original_id is null;
-- Staff leaf through all posts of a list, in whatever state.
create index post_by_list on post (list_id, id);
-- Readers are shown the newest.
create index post_newest on post (list_id, coalesce(published_at, seen_at), id) where state in ('ready', 'mailed', 'baseline');

-- When a look that somebody asked for is due: one that cannot begin yet, because another is under way, or has only just
-- been.
alter table feed add column look_at bigint;
create index feed_look_asked on feed (look_at) where look_at is not null;
