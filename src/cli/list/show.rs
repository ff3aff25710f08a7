//! `paperround list show` and `list list`: lists as they are.

use std::fmt::Write as _;

use domain::{Cadence, ListKey, Millis};
use service::{
    Service,
    lists::{self, missing},
};
use store::lists::List;

use super::rules::{NONE, approval_in_words};
use crate::{
    cli::{
        Globals, moment,
        named::{self, PAGE},
        table::{Table, one_line},
    },
    web::snippets::Snippets,
};

/// How many dates of each cadence are shown.
const DATES: usize = 5;

/// Shows one list.
pub(super) async fn one(globals: &Globals, key: &ListKey) -> anyhow::Result<()> {
    let house = globals.visit().await?;
    let list = named::list(&house.service, key).await?;
    put!("{}", shown(&list, house.service.now()))?;
    put!("{}", to_paste(&house.service, &list)?)?;
    house.service.db.close().await;
    Ok(())
}

/// What is pasted into the blog so that readers can sign up; nothing for a list that takes none.
pub(super) fn to_paste(service: &Service, list: &List) -> anyhow::Result<String> {
    let Some(Snippets { page, form, frame }) = Snippets::of(service, list)? else {
        return Ok(String::new());
    };
    Ok(format!(
        "\nIts page, to link to: {page}\n\nIts form, for a site that takes HTML:\n\n{form}\n\nIts frame, for a site that \
         allows no forms:\n\n{frame}\n"
    ))
}

/// Shows every list that is not archived.
pub(super) async fn all(globals: &Globals) -> anyhow::Result<()> {
    let house = globals.visit().await?;
    let mut table = Table::new(&["KEY", "NAME", "HOW OFTEN", "STILL NEEDS"]);
    let mut after: Option<ListKey> = None;
    loop {
        let page = lists::page(&house.service, after.as_ref(), PAGE).await?;
        for list in &page {
            table.add([
                list.key.to_string(),
                list.settings.public_name.to_string(),
                list.settings.cadence.words(),
                lacks(list),
            ]);
        }
        after = page.last().map(|list| list.key.clone());
        if page.len() < PAGE as usize {
            break;
        }
    }
    if table.is_empty() {
        say!("There are no lists yet. To make one: paperround list add")?;
    } else {
        put!("{table}")?;
    }
    house.service.db.close().await;
    Ok(())
}

fn lacks(list: &List) -> String {
    let lacks: Vec<String> = missing(&list.settings).iter().map(ToString::to_string).collect();
    lacks.join(", ")
}

/// All settings of a list by the names of their flags, and the next dates of each of its cadences.
pub(super) fn shown(list: &List, now: Millis) -> String {
    let (settings, rules) = (&list.settings, &list.settings.rules);
    let text = |value: Option<String>| value.unwrap_or_else(|| NONE.to_owned());
    let several = |values: Vec<String>| {
        if values.is_empty() {
            NONE.to_owned()
        } else {
            values.join(", ")
        }
    };
    let answer = |yes: bool| (if yes { "yes" } else { "no" }).to_owned();
    let sender = settings.sender.as_ref();
    let rows = [
        ("key", list.key.to_string()),
        ("public-name", settings.public_name.to_string()),
        ("name", settings.name.to_string()),
        ("from-name", text(sender.map(|sender| sender.name.to_string()))),
        ("from", text(sender.map(|sender| sender.address.as_str().to_owned()))),
        (
            "reply-to",
            text(sender.and_then(|sender| Some(sender.reply_to.as_ref()?.as_str().to_owned()))),
        ),
        (
            "postal-address",
            text(
                settings
                    .postal_address
                    .as_ref()
                    .map(|text| text.lines().collect::<Vec<_>>().join("\\n")),
            ),
        ),
        (
            "zone",
            text(settings.zone.as_ref().map(|zone| zone.as_str().to_owned())),
        ),
        (
            "privacy-url",
            text(settings.privacy_url.as_ref().map(ToString::to_string)),
        ),
        ("blog-url", text(settings.blog_url.as_ref().map(ToString::to_string))),
        ("language", settings.language.as_str().to_owned()),
        ("cadence", settings.cadence.spelling()),
        (
            "choices",
            several(rules.choices.iter().map(Cadence::spelling).collect()),
        ),
        ("choices-on-form", answer(rules.choices_on_form)),
        ("settle-minutes", rules.settle_minutes.to_string()),
        ("min-posts", rules.min_posts.to_string()),
        ("max-posts", rules.max_posts.to_string()),
        (
            "longest-wait-days",
            text(rules.longest_wait_days.map(|days| days.to_string())),
        ),
        ("text", rules.text.to_string()),
        ("approval", approval_in_words(rules.approval)),
        (
            "first-mailing",
            (if rules.first_waits { "wait" } else { "automatic" }).to_owned(),
        ),
        ("topics", several(rules.topics.iter().map(str::to_owned).collect())),
        ("welcome-brings-newest", answer(rules.welcome_brings_newest)),
        (
            "reports-to",
            several(
                rules
                    .reports_to
                    .iter()
                    .map(|address| address.as_str().to_owned())
                    .collect(),
            ),
        ),
    ];
    let mut shown = String::new();
    for (name, value) in rows {
        add(&mut shown, format_args!("{name:<22} {}", one_line(&value)));
    }
    if list.archived_at.is_some() {
        add(
            &mut shown,
            format_args!("\nIt is archived: it takes no sign-ups and is mailed no more."),
        );
        return shown;
    }
    for cadence in
        std::iter::once(&settings.cadence).chain(rules.choices.iter().filter(|choice| **choice != settings.cadence))
    {
        add_dates(&mut shown, list, cadence, now);
    }
    if !lacks(list).is_empty() {
        add(
            &mut shown,
            format_args!("\nBefore anything is mailed it still needs {}.", lacks(list)),
        );
    }
    shown
}

fn add_dates(shown: &mut String, list: &List, cadence: &Cadence, now: Millis) {
    if *cadence == Cadence::Instant {
        add(
            shown,
            format_args!("\nMailed {}, at most once an hour.", cadence.words()),
        );
        return;
    }
    add(shown, format_args!("\nMailed {}, if anything is new:", cadence.words()));
    let Some(zone) = &list.settings.zone else {
        add(shown, format_args!("    no dates without a time zone (--zone)"));
        return;
    };
    for slot in cadence.upcoming(now, zone.rules()).take(DATES) {
        add(shown, format_args!("    {}", moment::minute(slot.at, zone.rules())));
    }
}

fn add(shown: &mut String, line: std::fmt::Arguments<'_>) {
    writeln!(shown, "{line}").expect("a string takes whatever is written to it");
}
