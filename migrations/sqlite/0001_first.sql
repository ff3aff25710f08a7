-- The whole schema of the first version. Times are milliseconds since 1970 (UTC), ids are UUIDs version 7, states and
-- reasons are the words of the enums in crates/domain. The file of the same number for the other engine makes the same
-- tables and columns.

-- What must not change between two starts: the fingerprints of the secret keys, whether a backup was restored.
create table installation (
    name text primary key not null,
    value text not null
);

-- Who a list's mail comes from.
create table sender (
    id blob primary key not null,
    from_name text not null,
    from_address text not null,
    reply_to text,
    created_at bigint not null
);

-- A mail provider and what is left of its limits. Lanes of all processes draw from this row.
create table relay (
    id blob primary key not null,
    name text not null unique,
    kind text not null,
    per_second bigint,
    per_day bigint,
    second_at bigint not null default 0,
    second_used bigint not null default 0,
    day_at bigint not null default 0,
    day_used bigint not null default 0,
    created_at bigint not null
);

create table list (
    id blob primary key not null,
    key text not null unique,
    name text not null,
    public_name text not null,
    sender_id blob references sender (id),
    postal_address text,
    zone text,
    privacy_url text,
    blog_url text,
    language text not null,
    -- as it is spelled, such as "weekly mon,thu 09:00"
    cadence text not null,
    -- how it makes mailings of posts, as JSON
    rules text not null,
    created_at bigint not null,
    archived_at bigint,
    version bigint not null
);

-- One cadence of a list, its own or one that its readers may choose, and how far its mailings have come.
create table pace (
    list_id blob not null references list (id),
    cadence text not null,
    -- the next slot; for what is mailed right away, the earliest moment of its next mailing
    next_at bigint,
    next_slot text,
    owed_since bigint not null,
    mailed_until bigint not null,
    rest_since bigint,
    primary key (list_id, cadence)
);
create index pace_due on pace (next_at) where next_at is not null;

-- One person behind one address. Erasure empties the row and keeps it.
create table subscriber (
    id blob primary key not null,
    address text unique,
    -- the keyed hash by which suppressions are found; both are there until erasure
    address_hash blob,
    address_version bigint not null,
    name text,
    language text,
    zone text,
    attributes text not null,
    source text not null,
    created_at bigint not null,
    erased_at bigint,
    version bigint not null,
    check ((address is null) = (address_hash is null))
);

create table wording (
    id blob primary key not null,
    version bigint not null,
    language text not null,
    text text not null,
    created_at bigint not null,
    unique (version, language)
);

create table subscription (
    id blob primary key not null,
    list_id blob not null references list (id),
    subscriber_id blob not null references subscriber (id),
    state text not null,
    -- what the reader chose; the list's own cadence and all topics unless they did
    cadence text,
    topics text,
    created_at bigint not null,
    joined_at bigint,
    left_at bigint,
    left_reason text,
    version bigint not null,
    unique (subscriber_id, list_id)
);
create index subscription_to_freeze on subscription (list_id, state, subscriber_id);

-- A time in which a reader gets nothing of a list, and after which nothing of it is made up for.
create table pause (
    subscription_id blob not null references subscription (id),
    from_at bigint not null,
    until_at bigint not null,
    primary key (subscription_id, from_at)
);

-- One press of the subscribe button: the request, and the consent record that it becomes.
create table signup (
    id blob primary key not null,
    list_id blob not null references list (id),
    address text,
    wording_id blob not null references wording (id),
    form text not null,
    -- how often they asked for it, where the form offered it
    cadence text,
    page text,
    browser blob,
    requested_at bigint not null,
    requested_from text,
    state text not null,
    subscription_id blob references subscription (id),
    confirmed_at bigint,
    confirmed_from text
);
create index signup_unconfirmed on signup (requested_at) where confirmed_at is null;
create index signup_of_subscription on signup (subscription_id);
-- those that nobody has looked at, or that led to nothing: erasure finds them by their address
create index signup_without_subscription on signup (address) where subscription_id is null;

-- Addresses that must not be mailed. The keyed hash outlives the address.
create table suppression (
    id blob primary key not null,
    address text,
    address_hash blob not null,
    reason text not null,
    detail text,
    created_at bigint not null,
    lifted_at bigint
);
create unique index suppression_in_force on suppression (address_hash, reason) where lifted_at is null;

-- Every mail that is not a mailing's.
create table message (
    id blob primary key not null,
    kind text not null,
    list_id blob references list (id),
    subscriber_id blob references subscriber (id),
    signup_id blob references signup (id),
    subject_id blob,
    -- the post that a welcome brings
    post_id blob,
    -- what a report says, as JSON
    report text,
    address text,
    outcome text not null,
    relay_id blob references relay (id),
    attempts bigint not null,
    code bigint,
    reply text,
    reference text,
    created_at bigint not null,
    first_tried_at bigint,
    tried_at bigint
);
create index message_to_address on message (address, created_at);
create index message_of_subscriber on message (subscriber_id, created_at);
create index message_with_post on message (list_id, subscriber_id) where post_id is not null;

-- A single-use link to everything that is kept about a subscriber.
create table access_link (
    id blob primary key not null,
    subscriber_id blob not null references subscriber (id),
    created_at bigint not null,
    used_at bigint
);

create table feed (
    id blob primary key not null,
    list_id blob not null references list (id),
    url text not null,
    title text,
    site_url text,
    -- the only categories that the list takes from it, and those that it does not take, as JSON
    included text not null,
    excluded text not null,
    state text not null,
    reason text,
    -- what staff are asked about posts of it that are held
    question text,
    -- when staff were told that it cannot be read
    told_at bigint,
    etag text,
    last_modified text,
    failures bigint not null,
    next_poll_at bigint not null,
    polled_at bigint,
    baseline_at bigint,
    created_at bigint not null,
    removed_at bigint,
    version bigint not null
);
create unique index feed_of_list on feed (list_id, url) where removed_at is null;
create index feed_due on feed (next_poll_at) where removed_at is null;

-- The ledger: every item that a feed ever showed.
create table post (
    id blob primary key not null,
    -- none for a post that staff named by its address and that no feed shows
    feed_id blob references feed (id),
    list_id blob not null references list (id),
    identity text not null,
    link text,
    -- by these a post is known again when its feed was rewritten, or when another feed brings it too
    canonical_link text,
    fingerprint text not null,
    title text not null,
    author text,
    published_at bigint,
    excerpt text not null,
    content text,
    image_url text,
    image_alt text,
    minutes bigint,
    -- as JSON
    categories text not null,
    -- a hash of what the feed says about it, by which a correction is noticed
    revision text not null,
    -- when what the feed leaves out was looked for on its page
    page_read_at bigint,
    state text not null,
    reason text not null,
    seen_at bigint not null,
    settles_at bigint,
    ready_at bigint,
    version bigint not null,
    unique (feed_id, identity)
);
create unique index post_by_address on post (list_id, identity) where feed_id is null;
create index post_of_list on post (list_id, state, id);
create index post_ready on post (list_id, ready_at) where ready_at is not null;
create index post_settling on post (settles_at) where settles_at is not null;
create index post_waiting on post (feed_id) where state in ('settling', 'held', 'ready');
create index post_by_link on post (list_id, canonical_link);
create index post_by_fingerprint on post (list_id, fingerprint);

create table mailing (
    id blob primary key not null,
    list_id blob not null references list (id),
    kind text not null,
    occasion text not null,
    -- whose readers it is for: those of a cadence, or "asked" for all but those who chose a slower one
    cadence text not null,
    slot text not null,
    also_slower bigint not null,
    again bigint not null,
    state text not null,
    -- where a paused mailing goes on from
    resumes_as text,
    reason text,
    requested_by text not null,
    created_at bigint not null,
    send_at bigint not null,
    -- until when a draft waits for a person, and what happens then
    approve_by bigint,
    on_deadline text,
    -- when its posts were looked at for the last time
    prepared_at bigint,
    -- readers who joined later are not in it
    frozen_at bigint not null,
    -- the last reader that was copied, while freezing
    freeze_after blob,
    candidates bigint not null,
    deliveries bigint not null,
    excluded bigint not null,
    -- the first number that no chunk has taken yet
    next_n bigint not null,
    accepted bigint not null,
    deferred bigint not null,
    refused bigint not null,
    uncertain bigint not null,
    withheld bigint not null,
    expired bigint not null,
    cancelled bigint not null,
    touched_at bigint not null,
    finished_at bigint,
    version bigint not null,
    unique (list_id, cadence, slot)
);
create index mailing_open on mailing (touched_at) where finished_at is null;

-- The posts of which each reader of a mailing gets those that they are owed.
create table mailing_post (
    mailing_id blob not null references mailing (id),
    position bigint not null,
    post_id blob not null references post (id),
    primary key (mailing_id, position)
);
create index mailing_post_of_post on mailing_post (post_id);

-- One content of a mailing, and once it is rendered, what every process that sends it compiles.
create table edition (
    mailing_id blob not null references mailing (id),
    number bigint not null,
    content text,
    primary key (mailing_id, number)
);

-- The posts of an edition.
create table edition_post (
    mailing_id blob not null references mailing (id),
    edition bigint not null,
    position bigint not null,
    post_id blob not null references post (id),
    primary key (mailing_id, edition, position)
);
create index edition_post_of_post on edition_post (post_id, mailing_id);

-- One mailing to one subscriber.
create table delivery (
    mailing_id blob not null references mailing (id),
    n bigint not null,
    subscriber_id blob not null references subscriber (id),
    subscription_id blob not null references subscription (id),
    edition bigint not null,
    outcome text not null,
    relay_id blob references relay (id),
    attempts bigint not null default 0,
    code bigint,
    reply text,
    reference text,
    first_tried_at bigint,
    tried_at bigint,
    next_try_at bigint,
    primary key (mailing_id, n)
) without rowid;
create unique index delivery_of_subscriber on delivery (subscriber_id, mailing_id);
create index delivery_to_retry on delivery (mailing_id, next_try_at) where next_try_at is not null;

-- Why a confirmed reader of the list is not among a mailing's deliveries.
create table exclusion (
    mailing_id blob not null references mailing (id),
    subscriber_id blob not null references subscriber (id),
    reason text not null,
    primary key (mailing_id, subscriber_id)
) without rowid;
create index exclusion_of_subscriber on exclusion (subscriber_id, mailing_id);

-- What happened, who did it and from where: audit, timelines and hooks read it; nothing ever changes it but erasure.
create table event (
    id blob primary key not null,
    at bigint not null,
    actor text not null,
    action text not null,
    subject text not null,
    subject_id blob not null,
    list_id blob,
    subscriber_id blob,
    came_from text,
    detail text not null
);
create index event_of_subject on event (subject_id, id);
create index event_of_subscriber on event (subscriber_id, id);

create table api_token (
    id blob primary key not null,
    name text not null,
    role text not null,
    hash blob not null unique,
    created_at bigint not null,
    used_at bigint,
    revoked_at bigint
);

create table idempotency (
    token_id blob not null references api_token (id),
    key text not null,
    request_hash blob not null,
    status bigint not null,
    answer text not null,
    created_at bigint not null,
    primary key (token_id, key)
);

-- Work that comes round: whoever is first after `next_at` enqueues it and moves the time on.
create table schedule (
    name text primary key not null,
    next_at bigint not null
);

create table job (
    id blob primary key not null,
    queue text not null,
    kind text not null,
    payload text not null,
    dedupe_key text,
    mailing_id blob,
    state text not null,
    attempts bigint not null,
    max_attempts bigint not null,
    takeovers bigint not null,
    epoch bigint not null,
    run_at bigint not null,
    leased_by blob,
    lease_until bigint,
    error text,
    created_at bigint not null,
    died_at bigint
);
create index job_due on job (queue, run_at, id) where state = 'pending';
create index job_leased on job (lease_until) where state = 'running';
create index job_of_mailing on job (mailing_id) where mailing_id is not null;
create index job_dead on job (died_at, id) where state = 'dead';
create unique index job_once on job (dedupe_key) where dedupe_key is not null and state <> 'dead';
