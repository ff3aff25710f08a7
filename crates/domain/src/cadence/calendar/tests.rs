//! The slots of cadences: known nights and months, and what holds for all of them.

use std::collections::HashSet;

use jiff::{
    civil::date,
    tz::{AmbiguousOffset, TimeZone},
};
use proptest::prelude::*;

use super::*;
use crate::cadence::{DayOfMonth, MonthDay, Nth, Weekday, Weekdays};

fn at(text: &str) -> Millis {
    text.parse::<jiff::Zoned>().unwrap().timestamp().into()
}

fn cadence(spelling: &str) -> Cadence {
    spelling.parse().unwrap()
}

/// The next `n` slots after a moment, by the wall clock of its zone.
fn slots(spelling: &str, after: &str, n: usize) -> Vec<String> {
    let after: jiff::Zoned = after.parse().unwrap();
    let zone = after.time_zone();
    cadence(spelling)
        .upcoming(after.timestamp().into(), zone)
        .take(n)
        .map(|slot| {
            let local = slot.at.timestamp().to_zoned(zone.clone());
            local.strftime("%F %H:%M %:z").to_string()
        })
        .collect()
}

/// The dates of the next `n` slots.
fn dates(spelling: &str, after: &str, n: usize) -> Vec<String> {
    let after: jiff::Zoned = after.parse().unwrap();
    let slots = cadence(spelling);
    let slots = slots.upcoming(after.timestamp().into(), after.time_zone()).take(n);
    slots.map(|slot| slot.date.to_string()).collect()
}

#[test]
fn nine_o_clock_stays_nine_o_clock_across_daylight_saving() {
    let days = slots("daily 09:00", "2026-10-23T12:00[Europe/Paris]", 3);

    assert_eq!(
        days,
        [
            "2026-10-24 09:00 +02:00",
            "2026-10-25 09:00 +01:00",
            "2026-10-26 09:00 +01:00"
        ]
    );
}

#[test]
fn a_time_that_the_night_skips_comes_after_the_gap_and_one_it_has_twice_comes_once() {
    let spring = slots("daily 02:30", "2026-03-28T12:00[Europe/Paris]", 2);
    let autumn = slots("daily 02:30", "2026-10-24T12:00[Europe/Paris]", 2);

    assert_eq!(spring, ["2026-03-29 03:30 +02:00", "2026-03-30 02:30 +02:00"]);
    assert_eq!(autumn, ["2026-10-25 02:30 +02:00", "2026-10-26 02:30 +01:00"]);
}

#[test]
fn half_an_hour_of_daylight_saving_is_half_an_hour() {
    let spring = slots("daily 02:15", "2026-10-03T12:00[Australia/Lord_Howe]", 2);
    let autumn = slots("daily 01:45", "2026-04-04T12:00[Australia/Lord_Howe]", 2);

    assert_eq!(spring, ["2026-10-04 02:45 +11:00", "2026-10-05 02:15 +11:00"]);
    assert_eq!(autumn, ["2026-04-05 01:45 +11:00", "2026-04-06 01:45 +10:30"]);
}

#[test]
fn a_gap_up_to_midnight_moves_a_slot_to_the_next_day_and_loses_none() {
    let days = slots("daily 23:30", "2025-03-28T23:45[America/Nuuk]", 3);
    let inside = slots("daily 23:30", "2025-03-30T00:10[America/Nuuk]", 1);

    assert_eq!(
        days,
        [
            "2025-03-30 00:30 -01:00",
            "2025-03-30 23:30 -01:00",
            "2025-03-31 23:30 -01:00"
        ]
    );
    assert_eq!(inside, ["2025-03-30 00:30 -01:00"]);
    assert_eq!(
        dates("daily 23:30", "2025-03-30T00:10[America/Nuuk]", 1),
        ["2025-03-29"]
    );
}

#[test]
fn clocks_that_go_back_over_midnight_repeat_no_slot() {
    let zone = TimeZone::get("America/St_Johns").unwrap();
    // At one minute past midnight it was 23:01 again.
    let (before, again) = (
        at("2006-10-28T12:00-02:30[America/St_Johns]"),
        at("2006-10-28T23:30-03:30[America/St_Johns]"),
    );
    let midnight = cadence("daily 00:00");

    let latest = midnight.latest_slot(before, again, &zone).unwrap();

    assert_eq!(
        (latest.date, latest.at),
        (date(2006, 10, 29), at("2006-10-29T00:00-02:30[America/St_Johns]"))
    );
    assert_eq!(midnight.next_slot(again, &zone).unwrap().date, date(2006, 10, 30));
}

#[test]
fn a_day_that_a_zone_skips_is_the_day_after_and_that_one_comes_once() {
    let days = slots("daily 09:00", "2011-12-28T12:00[Pacific/Apia]", 3);
    let fridays = slots("weekly fri 09:00", "2011-12-24T00:00[Pacific/Apia]", 2);
    let both = slots("weekly fri,sat 09:00", "2011-12-29T00:00[Pacific/Apia]", 2);

    assert_eq!(
        days,
        [
            "2011-12-29 09:00 -10:00",
            "2011-12-31 09:00 +14:00",
            "2012-01-01 09:00 +14:00"
        ]
    );
    assert_eq!(fridays, ["2011-12-31 09:00 +14:00", "2012-01-06 09:00 +14:00"]);
    assert_eq!(both, ["2011-12-31 09:00 +14:00", "2012-01-06 09:00 +14:00"]);
    for after in ["2011-12-29T23:00[Pacific/Apia]", "2011-12-31T00:00[Pacific/Apia]"] {
        assert_eq!(dates("daily 09:00", after, 2), ["2011-12-31", "2012-01-01"]);
        assert_eq!(dates("monthly 30 09:00", after, 2), ["2011-12-31", "2012-01-30"]);
    }
}

#[test]
fn a_weekly_slot_falls_on_its_days() {
    let tuesdays = slots("weekly tue 00:00", "2026-11-24T00:00[America/New_York]", 2);
    let twice = dates("weekly mon,thu 09:00", "2026-11-24T00:00[Europe/Paris]", 4);

    assert_eq!(tuesdays, ["2026-12-01 00:00 -05:00", "2026-12-08 00:00 -05:00"]);
    assert_eq!(twice, ["2026-11-26", "2026-11-30", "2026-12-03", "2026-12-07"]);
}

#[test]
fn a_day_that_a_month_does_not_have_is_its_last_one() {
    let ends = |day: u8| dates(&format!("monthly {day} 09:00"), "2027-12-31T12:00[UTC]", 4);

    assert_eq!(ends(28), ["2028-01-28", "2028-02-28", "2028-03-28", "2028-04-28"]);
    assert_eq!(ends(29), ["2028-01-29", "2028-02-29", "2028-03-29", "2028-04-29"]);
    assert_eq!(ends(30), ["2028-01-30", "2028-02-29", "2028-03-30", "2028-04-30"]);
    assert_eq!(ends(31), ["2028-01-31", "2028-02-29", "2028-03-31", "2028-04-30"]);
    for day in ["29", "30", "31", "last"] {
        let common_year = dates(&format!("monthly {day} 09:00"), "2027-02-01T00:00[UTC]", 1);
        assert_eq!(common_year, ["2027-02-28"], "{day}");
    }
}

#[test]
fn the_last_day_and_the_first_and_last_weekdays_are_counted_in_their_month() {
    let after = "2026-01-31T12:00[UTC]";

    // February 2026 begins on a Sunday and has four of each.
    assert_eq!(dates("monthly last 09:00", after, 2), ["2026-02-28", "2026-03-31"]);
    assert_eq!(dates("monthly 1st sun 09:00", after, 2), ["2026-02-01", "2026-03-01"]);
    assert_eq!(dates("monthly 1st sat 09:00", after, 2), ["2026-02-07", "2026-03-07"]);
    assert_eq!(dates("monthly 2nd tue 09:00", after, 2), ["2026-02-10", "2026-03-10"]);
    assert_eq!(dates("monthly 4th sat 09:00", after, 2), ["2026-02-28", "2026-03-28"]);
    // March 2026 has five Sundays, Mondays and Tuesdays.
    assert_eq!(dates("monthly last sun 09:00", after, 2), ["2026-02-22", "2026-03-29"]);
    assert_eq!(dates("monthly last tue 09:00", after, 2), ["2026-02-24", "2026-03-31"]);
    assert_eq!(dates("monthly last wed 09:00", after, 2), ["2026-02-25", "2026-03-25"]);
}

#[test]
fn a_monthly_time_keeps_to_both_nights_of_daylight_saving() {
    let spring = slots("monthly last sun 02:30", "2026-03-01T00:00[Europe/Paris]", 2);
    let autumn = slots("monthly 25 02:30", "2026-10-01T00:00[Europe/Paris]", 2);

    assert_eq!(spring, ["2026-03-29 03:30 +02:00", "2026-04-26 02:30 +02:00"]);
    assert_eq!(autumn, ["2026-10-25 02:30 +02:00", "2026-11-25 02:30 +01:00"]);
}

#[test]
fn a_list_that_is_mailed_right_away_has_no_slots() {
    let (after, until) = (at("2026-01-01T00:00[UTC]"), at("2027-01-01T00:00[UTC]"));

    assert_eq!(Cadence::Instant.next_slot(after, &TimeZone::UTC), None);
    assert_eq!(Cadence::Instant.upcoming(after, &TimeZone::UTC).count(), 0);
    assert_eq!(Cadence::Instant.latest_slot(after, until, &TimeZone::UTC), None);
}

#[test]
fn the_latest_slot_is_found_at_once_in_however_long_a_time() {
    let zone = TimeZone::get("Europe/Paris").unwrap();
    let (old, now) = (at("1990-01-01T00:00[UTC]"), at("2026-11-24T08:00[Europe/Paris]"));
    let latest = |spelling: &str, after| cadence(spelling).latest_slot(after, now, &zone).map(|slot| slot.date);

    assert_eq!(latest("daily 08:00", old), Some(date(2026, 11, 24)));
    assert_eq!(latest("daily 08:01", old), Some(date(2026, 11, 23)));
    assert_eq!(latest("monthly 31 09:00", old), Some(date(2026, 10, 31)));
    assert_eq!(latest("daily 08:00", now), None);
    assert_eq!(latest("weekly mon 09:00", at("2026-11-23T09:00[Europe/Paris]")), None);
}

#[test]
fn the_calendar_has_ends() {
    let monthly = cadence("monthly 1 09:00");

    assert_eq!(monthly.next_slot(i64::MAX.into(), &TimeZone::UTC), None);
    assert_eq!(monthly.latest_slot(0.into(), i64::MIN.into(), &TimeZone::UTC), None);
    assert!(monthly.next_slot(i64::MIN.into(), &TimeZone::UTC).is_some());
}

#[test]
fn slower_is_what_mails_less_often() {
    let from_fast_to_slow = [
        "instant",
        "daily 09:00",
        "weekly mon,wed,fri 09:00",
        "weekly mon,thu 09:00",
        "weekly sun 09:00",
        "monthly last 09:00",
    ]
    .map(cadence);

    for (i, one) in from_fast_to_slow.iter().enumerate() {
        for (j, other) in from_fast_to_slow.iter().enumerate() {
            assert_eq!(one.is_slower_than(other), i > j, "{one:?} {other:?}");
        }
    }
    let every_day = cadence("weekly mon,tue,wed,thu,fri,sat,sun 09:00");
    assert!(!every_day.is_slower_than(&cadence("daily 12:00")) && !cadence("daily 12:00").is_slower_than(&every_day));
}

fn any_time() -> impl Strategy<Value = TimeOfDay> {
    (0..24, 0..60).prop_map(|(hour, minute)| TimeOfDay::parse(&format!("{hour:02}:{minute:02}")).unwrap())
}

fn any_weekday() -> impl Strategy<Value = Weekday> {
    prop::sample::select(Weekday::ALL)
}

fn any_month_day() -> impl Strategy<Value = MonthDay> {
    prop_oneof![
        (1u8..=31).prop_map(|day| MonthDay::Day(DayOfMonth::new(day).unwrap())),
        Just(MonthDay::LastDay),
        (prop::sample::select(Nth::ALL), any_weekday()).prop_map(|(nth, day)| MonthDay::Nth(nth, day)),
        any_weekday().prop_map(MonthDay::LastOf),
    ]
}

/// Any cadence that has slots.
fn any_scheduled() -> impl Strategy<Value = Cadence> {
    let days = prop::collection::vec(any_weekday(), 1..7).prop_map(|days| Weekdays::new(days).unwrap());
    prop_oneof![
        any_time().prop_map(|at| Cadence::Daily { at }),
        (days, any_time()).prop_map(|(days, at)| Cadence::Weekly { days, at }),
        (any_month_day(), any_time()).prop_map(|(on, at)| Cadence::Monthly { on, at }),
    ]
}

/// Zones with daylight saving, half hours, gaps at midnight and skipped days, and moments near their oddities.
fn any_place_and_moment() -> impl Strategy<Value = (TimeZone, Millis)> {
    let zone = prop::sample::select(vec![
        "UTC",
        "Europe/Paris",
        "America/New_York",
        "America/Nuuk",
        "America/Sao_Paulo",
        "America/St_Johns",
        "Africa/Cairo",
        "Asia/Kathmandu",
        "Australia/Lord_Howe",
        "Pacific/Apia",
        "Pacific/Kwajalein",
    ])
    .prop_map(|name| TimeZone::get(name).unwrap());
    (zone, 0_i64..2_000_000_000_000, 0_i64..20 * 86_400_000).prop_map(|(zone, anywhere, before)| {
        let change = zone.following(Millis::from(anywhere).timestamp()).next();
        let near = change.map_or(anywhere, |change| change.timestamp().as_millisecond() - before);
        (zone, near.into())
    })
}

proptest! {
    #[test]
    fn the_spelling_is_read_back_as_the_same_cadence(cadence in any_scheduled()) {
        prop_assert_eq!(cadence.spelling().parse(), Ok(cadence));
    }

    #[test]
    fn slots_come_in_order_on_their_days_at_their_time((zone, after) in any_place_and_moment(), cadence in any_scheduled()) {
        let time = cadence.time_of_day().unwrap().civil();
        let mut before = after;
        let mut dates = HashSet::new();

        for slot in cadence.upcoming(after, &zone).take(30) {
            let local = slot.at.timestamp().to_zoned(zone.clone()).datetime();
            let meant = slot.date.to_datetime(time);
            let skipped = matches!(zone.to_ambiguous_timestamp(meant).offset(), AmbiguousOffset::Gap { .. });
            let day_before_is_skipped = slot.date.yesterday().unwrap().to_zoned(zone.clone()).unwrap().date() == slot.date;
            prop_assert!(slot.at > before, "{:?} is not after {}", slot, before);
            prop_assert!(local == meant || skipped && local > meant, "{:?} is at {}", slot, local);
            prop_assert!(cadence.is_on(slot.date) || day_before_is_skipped, "{:?}", slot);
            prop_assert!(dates.insert(slot.date), "{} comes twice", slot.date);
            before = slot.at;
        }
        prop_assert_eq!(dates.len(), 30);
    }

    #[test]
    fn no_slot_is_passed_over((zone, after) in any_place_and_moment(), cadence in any_scheduled()) {
        let later = cadence.upcoming(after, &zone).nth(3).unwrap();

        let seen: Vec<Slot> = cadence.upcoming(after, &zone).take_while(|slot| slot.at <= later.at).collect();
        for minutes in [1, 13, 60, 300, 1440] {
            let moment = after.offset(minutes * 60_000);
            let expected = seen.iter().find(|slot| slot.at > moment).cloned();
            prop_assert_eq!(cadence.next_slot(moment, &zone), expected, "after {}", moment);
        }
    }

    #[test]
    fn the_latest_slot_is_the_last_of_those_that_came((zone, after) in any_place_and_moment(), cadence in any_scheduled(), days in 0_i64..90, millis in 0_i64..86_400_000) {
        let until = after.offset(days * 86_400_000 + millis);

        let walked = cadence.upcoming(after, &zone).take_while(|slot| slot.at <= until).last();

        prop_assert_eq!(cadence.latest_slot(after, until, &zone), walked);
    }
}
