//! What a replay tells of a year, of a change of the clocks and of a feed that misbehaves.

use std::fmt::Write as _;

use domain::{Cadence, Millis, Topics, Zone, post::State, rules::Rules};
use jiff::{civil::DateTime, tz::TimeZone};
use url::Url;

use super::{Look, Readers, Replay, Setup, assumed_readers, looks_of_copies, looks_of_document, walk};

fn paris() -> TimeZone {
    Zone::parse("Europe/Paris").unwrap().rules().clone()
}

/// A moment by the clock of Paris.
fn at(text: &str) -> Millis {
    let local: DateTime = text.parse().unwrap();
    local.to_zoned(paris()).unwrap().timestamp().into()
}

/// The items of a feed with those posts, given as title, date and category, the newest first.
fn items(posts: &[(&str, Millis, &str)]) -> Vec<feed::Item> {
    let mut rss = "<rss version=\"2.0\"><channel><title>Elm Street</title>".to_owned();
    for (title, date, category) in posts {
        let date = jiff::fmt::rfc2822::to_string(&date.timestamp().to_zoned(TimeZone::UTC)).unwrap();
        write!(
            rss,
            "<item><guid>{title}</guid><title>{title}</title><pubDate>{date}</pubDate><category>{category}</category></item>"
        )
        .unwrap();
    }
    rss.push_str("</channel></rss>");
    let url = Url::parse("https://elmstreet.example/feed").unwrap();
    feed::parse(rss.as_bytes(), None, &url).unwrap().items
}

/// A list of one reader for each cadence, the first of which is its own.
fn setup(cadences: &[&str], since: &str, until: &str, looks: Vec<Look>) -> Setup {
    let cadences: Vec<Cadence> = cadences.iter().map(|spelling| spelling.parse().unwrap()).collect();
    let rules = Rules {
        choices: cadences[1..].to_vec(),
        ..Rules::default()
    };
    Setup {
        zone: paris(),
        cadence: cadences[0],
        included: Topics::default(),
        excluded: Topics::default(),
        since: at(since),
        until: at(until),
        readers: assumed_readers(&cadences[0], &rules.choices, at(since)),
        rules,
        looks,
    }
}

/// Each mailing by the clock of Paris, with its titles.
fn told(replay: &Replay) -> Vec<String> {
    let mailings = replay.mailings.iter().map(|mailing| {
        let titles: Vec<&str> = mailing
            .posts
            .iter()
            .map(|brought| brought.post.title.as_str())
            .collect();
        let local = mailing.at.to_zoned(paris());
        format!(
            "{} {}: {}",
            local.strftime("%F %R %:z"),
            mailing.cadence.spelling(),
            titles.join(", ")
        )
    });
    mailings.collect()
}

fn reasons(replay: &Replay) -> Vec<(&str, State, &str)> {
    let never = replay.never_sent.iter();
    never
        .map(|never| (never.post.title.as_str(), never.state, never.reason.as_str()))
        .collect()
}

#[test]
fn in_a_year_without_outages_each_reader_gets_each_post_once_and_at_a_slot() {
    let (since, until) = ("2026-01-01T00:00", "2027-01-01T00:00");
    let titles: Vec<String> = (0..100).map(|n| format!("Post {n}")).collect();
    let posts: Vec<(&str, Millis, &str)> = (titles.iter().enumerate().rev())
        .map(|(n, title)| (title.as_str(), at(since).offset(n as i64 * 84 * 3_600_000 + 7_123), ""))
        .collect();
    let (looks, _) = looks_of_document(&items(&posts), at(since), at(until));
    let cadences = [
        "weekly mon,thu 09:00",
        "instant",
        "daily 02:30",
        "monthly last fri 07:00",
    ];

    let replay = walk(&setup(&cadences, since, until, looks));

    for cadence in cadences.map(|spelling| spelling.parse::<Cadence>().unwrap()) {
        let mine = replay.mailings.iter().filter(|mailing| mailing.cadence == cadence);
        let brought: Vec<&str> = mine
            .flat_map(|mailing| &mailing.posts)
            .map(|brought| brought.post.title.as_str())
            .collect();
        assert_eq!(brought, titles, "{cadence:?}");
    }
    for mailing in replay
        .mailings
        .iter()
        .filter(|mailing| mailing.cadence != Cadence::Instant)
    {
        let slot = mailing
            .cadence
            .next_slot(Millis::from(mailing.at).offset(-1), &paris())
            .unwrap();
        assert_eq!(slot.at, mailing.at.into());
    }
    assert_eq!(reasons(&replay), []);
}

#[test]
fn an_hour_that_the_night_skips_is_made_up_for_and_one_that_comes_twice_is_taken_once() {
    let posts = [
        ("Autumn", at("2026-10-24T20:00"), ""),
        ("Spring", at("2026-03-28T20:00"), ""),
    ];
    let (since, until) = ("2026-03-01T00:00", "2026-11-01T00:00");
    let (looks, _) = looks_of_document(&items(&posts), at(since), at(until));

    let replay = walk(&setup(&["daily 02:30"], since, until, looks));

    assert_eq!(
        told(&replay),
        [
            "2026-03-29 03:30 +02:00 daily 02:30: Spring",
            "2026-10-25 02:30 +02:00 daily 02:30: Autumn"
        ]
    );
}

#[test]
fn what_was_there_before_and_what_has_no_date_is_never_sent_and_says_why() {
    let (since, until) = ("2026-03-01T00:00", "2026-03-08T00:00");
    let mut shown = items(&[
        ("Later", at("2026-04-01T00:00"), ""),
        ("Before", at("2026-02-01T00:00"), ""),
        ("Undated", at(since), ""),
    ]);
    shown[2].published = None;
    let (looks, out) = looks_of_document(&shown, at(since), at(until));

    let replay = walk(&setup(&["instant"], since, until, looks));

    assert_eq!(told(&replay), [""; 0]);
    assert_eq!(
        reasons(&replay),
        [("Before", State::Baseline, "was there when the feed was connected")]
    );
    let out: Vec<(&str, &str)> = out
        .iter()
        .map(|never| (never.post.title.as_str(), never.reason.as_str()))
        .collect();
    assert_eq!(
        out,
        [
            ("Later", "comes later than this replay looks"),
            ("Undated", "has no date, so nobody can tell when it came")
        ]
    );
}

#[test]
fn copies_show_what_was_corrected_taken_back_and_flooded() {
    let copy = |day: &str, posts: &[(&str, Millis, &str)]| Look {
        at: at(&format!("{day}T00:00")),
        items: items(posts),
    };
    let (old, kept, back) = (
        ("Old", at("2026-02-01T10:00"), ""),
        ("Kept", at("2026-03-02T10:00"), ""),
        ("Back", at("2026-03-03T10:00"), ""),
    );
    let flood = ["F1", "F2", "F3", "F4", "F5", "F6"].map(|title| (title, at("2026-03-09T10:00"), ""));
    let copies = vec![
        copy("2026-03-10", &[&flood[..], &[kept, old]].concat()),
        copy("2026-02-20", &[old]),
        copy("2026-03-05", &[kept, old]),
        copy("2026-03-04", &[back, kept, old]),
    ];
    let (since, until) = ("2026-03-01T00:00", "2026-03-20T00:00");

    let replay = walk(&setup(
        &["weekly fri 09:00"],
        since,
        until,
        looks_of_copies(copies, at(since), at(until)),
    ));

    assert_eq!(told(&replay), ["2026-03-06 09:00 +01:00 weekly fri 09:00: Kept"]);
    let reasons = reasons(&replay);
    assert_eq!(
        reasons[..2],
        [
            ("Old", State::Baseline, "was there when the feed was connected"),
            ("Back", State::Gone, "taken back: the feed no longer shows it")
        ]
    );
    assert!(
        reasons[2..].iter().all(|(_, state, _)| *state == State::Held),
        "{reasons:?}"
    );
    assert_eq!(reasons.len(), 8);
}

#[test]
fn readers_get_what_became_ready_since_they_joined_and_is_about_their_topics() {
    let posts = [
        ("Soup", at("2026-03-03T10:00"), "Food"),
        ("Nap", at("2026-03-02T10:00"), "Sleep"),
    ];
    let (since, until) = ("2026-03-01T00:00", "2026-03-07T00:00");
    let (looks, _) = looks_of_document(&items(&posts), at(since), at(until));
    let mut setup = setup(&["weekly fri 09:00"], since, until, looks);
    setup.rules.topics = Topics::parse("sleep, food");
    let readers = |count, joined: &str, topics: &str| Readers {
        count,
        joined_at: at(joined),
        topics: Some(Topics::parse(topics)).filter(|topics| !topics.is_empty()),
        ..setup.readers[0].clone()
    };
    setup.readers = vec![
        readers(10, since, ""),
        readers(4, since, "food"),
        readers(2, "2026-03-03T00:00", ""),
        readers(1, "2026-03-06T00:00", ""),
    ];

    let replay = walk(&setup);

    let [mailing] = &replay.mailings[..] else {
        panic!("one mailing was expected: {:?}", told(&replay));
    };
    let posts = mailing
        .posts
        .iter()
        .map(|brought| (brought.post.title.as_str(), brought.readers));
    assert_eq!((replay.readers, mailing.readers), (17, 16));
    assert_eq!(posts.collect::<Vec<_>>(), [("Nap", 10), ("Soup", 16)]);
}

#[test]
fn readers_who_chose_only_topics_that_are_no_longer_offered_get_everything() {
    let posts = [
        ("Soup", at("2026-03-03T10:00"), "Food"),
        ("Nap", at("2026-03-02T10:00"), "Sleep"),
    ];
    let (since, until) = ("2026-03-01T00:00", "2026-03-07T00:00");
    let (looks, _) = looks_of_document(&items(&posts), at(since), at(until));
    let mut setup = setup(&["weekly fri 09:00"], since, until, looks);
    setup.rules.topics = Topics::parse("sleep, food");
    setup.readers[0].topics = Some(Topics::parse("news"));

    let replay = walk(&setup);

    assert_eq!(told(&replay), ["2026-03-06 09:00 +01:00 weekly fri 09:00: Nap, Soup"]);
}
