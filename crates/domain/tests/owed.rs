//! The rule by which readers get posts, held against an oracle that knows nothing of it, over random histories.
//!
//! The simulation does with the domain's rules what the service does with them and a database. What came of it is
//! judged from the bare log: who was on the list when, what became ready when, what was delivered.
#![expect(clippy::unwrap_used, reason = "a test ends at its first surprise")]

mod simulation;

use std::collections::BTreeSet;

use domain::Millis;
use proptest::prelude::*;
use simulation::{CADENCES, DAY, Delivery, Event, HOUR, Person, READERS, Simulation, Why};

fn event() -> impl Strategy<Value = Event> {
    let reader = 0..READERS;
    prop_oneof![
        3 => reader.clone().prop_map(Event::Join),
        1 => reader.clone().prop_map(Event::Leave),
        1 => (reader.clone(), 1..21u32).prop_map(|(reader, days)| Event::Pause(reader, days)),
        1 => (reader, 0..CADENCES.len()).prop_map(|(reader, cadence)| Event::Choose(reader, cadence)),
        6 => (0..3usize, prop::bool::weighted(0.2)).prop_map(|(topic, held)| Event::Publish { topic, held }),
        1 => Just(Event::Release),
        2 => (0..20usize, any::<bool>()).prop_map(|(post, also_slower)| Event::Announce { post, also_slower }),
        1 => (1..96u32).prop_map(Event::Outage),
        1 => (1..4usize).prop_map(Event::Refuse),
    ]
}

/// A reader changes their cadence, or a post becomes ready.
fn change_or_post() -> impl Strategy<Value = Event> {
    prop_oneof![
        1 => (0..READERS, 0..CADENCES.len()).prop_map(|(reader, cadence)| Event::Choose(reader, cadence)),
        3 => Just(Event::Publish { topic: 0, held: false }),
    ]
}

/// A mail goes to whoever is on the list and not paused, and brings what is theirs.
fn judge_mail(simulation: &Simulation, person: &Person, mail: &Delivery) -> Result<(), TestCaseError> {
    let mut stays = person.stays.iter();
    let stay = stays.find(|(joined, left)| *joined <= mail.at && left.is_none_or(|left| mail.at <= left));
    prop_assert!(stay.is_some(), "mailed while not on the list: {:?}", mail);
    prop_assert!(!person.was_paused(mail.at), "mailed in a pause: {:?}", mail);
    let joined_at = stay.unwrap().0;
    match mail.why {
        Why::Asked { also_slower } => {
            let chose_slower = CADENCES[mail.cadence].starts_with("monthly") || mail.cadence == 3;
            prop_assert!(
                also_slower || !chose_slower,
                "mailed more often than they chose: {:?}",
                mail
            );
        }
        Why::Slot { .. } => {
            prop_assert!(mail.posts.len() <= simulation.most, "too much at once: {:?}", mail);
            for post in &mail.posts {
                let ready_at = simulation.posts[*post].0.unwrap();
                prop_assert!(ready_at >= joined_at, "from before they joined: {:?}", mail);
                prop_assert!(!person.was_paused(ready_at), "from a pause: {:?}", mail);
            }
        }
    }
    Ok(())
}

/// No more often than chosen: one mail for a slot, and right away at most one an hour.
fn judge_pace(mails: &[&Delivery]) -> Result<(), TestCaseError> {
    let scheduled = mails.iter().filter(|mail| matches!(mail.why, Why::Slot { .. }));
    let slots: Vec<(usize, Millis)> = scheduled
        .map(|mail| match mail.why {
            Why::Slot { slot } => (mail.cadence, slot),
            Why::Asked { .. } => unreachable!("they were left out"),
        })
        .collect();
    let each_once: BTreeSet<_> = slots.iter().collect();
    prop_assert_eq!(each_once.len(), slots.len(), "two mails of one slot: {:?}", mails);
    let instant: Vec<Millis> = slots
        .iter()
        .filter(|(cadence, _)| *cadence == 1)
        .map(|(_, at)| *at)
        .collect();
    prop_assert!(
        instant.windows(2).all(|two| two[1].since(two[0]) >= HOUR),
        "two within an hour: {:?}",
        instant
    );
    Ok(())
}

/// What a person on the list is owed, had or not.
fn owed(simulation: &Simulation, reader: usize) -> impl Iterator<Item = (usize, Millis)> {
    let person = &simulation.people[reader];
    let joined_at = person.joined_at().unwrap_or(Millis::MAX);
    let ready = simulation.posts.iter().enumerate();
    ready
        .filter_map(|(post, (ready_at, _))| Some((post, (*ready_at)?)))
        .filter(move |(_, ready_at)| *ready_at >= joined_at && !person.was_paused(*ready_at))
        .filter(move |(post, _)| simulation.is_about(reader, *post))
}

/// Whether a mail that repeats what was refused has no room for all that its reader is owed, with two posts more: what
/// finds none comes with later mailings that have something new, of which there may be none before it is stale.
fn is_crowded(simulation: &Simulation, reader: usize) -> bool {
    let waiting: BTreeSet<usize> = owed(simulation, reader)
        .map(|(post, _)| post)
        .filter(|post| !simulation.has_had(reader, *post))
        .collect();
    simulation.failed(reader).any(|post| waiting.contains(&post)) && waiting.len() + 2 > simulation.most
}

/// Whoever is on the list in the end has had all that they are owed. Refusals and pauses may cost a post that is stale when
/// they are over, and nothing else; changes of cadence cost nothing.
fn judge_completeness(
    simulation: &Simulation,
    (reader, person): (usize, &Person),
    had: &BTreeSet<usize>,
    (ended, is_crowded): (Millis, bool),
) -> Result<(), TestCaseError> {
    if is_crowded {
        return Ok(());
    }
    for (post, ready_at) in owed(simulation, reader) {
        let may_be_stale = person.is_disturbed && (ready_at < ended - DAY * 7 || !person.pauses.is_empty());
        prop_assert!(
            may_be_stale || had.contains(&post),
            "reader {} ({}) misses post {} of {:?}; joined {:?}",
            reader,
            CADENCES[person.cadence],
            post,
            ready_at,
            person.joined_at()
        );
    }
    Ok(())
}

/// Lets a history happen and then all that it leaves to be mailed, and judges what came of it.
fn judge(most: usize, history: &[(u32, Event)]) -> Result<(), TestCaseError> {
    let mut simulation = Simulation::new(most);
    for (hours, event) in history {
        simulation.pass(*hours);
        simulation.happen(event);
    }
    let ended = simulation.now;
    let crowded: Vec<bool> = (0..READERS).map(|reader| is_crowded(&simulation, reader)).collect();
    // Two more posts for everybody bring what is left, and then there is time for all that found no room.
    simulation.happen(&Event::Refuse(0));
    for _ in 0..2 {
        simulation.happen(&Event::Publish { topic: 0, held: false });
    }
    simulation.pass(24 * 700);

    let slots: BTreeSet<_> = simulation.mailed_slots.iter().collect();
    prop_assert_eq!(slots.len(), simulation.mailed_slots.len(), "a slot was mailed twice");
    for (reader, person) in simulation.people.iter().enumerate() {
        let mails: Vec<&Delivery> = simulation.log.iter().filter(|mail| mail.reader == reader).collect();
        let arrived = || {
            mails
                .iter()
                .filter(|mail| !mail.is_refused)
                .flat_map(|mail| &mail.posts)
        };
        let had: BTreeSet<usize> = arrived().copied().collect();
        prop_assert_eq!(
            had.len(),
            arrived().count(),
            "reader {} got a post twice: {:?}",
            reader,
            mails
        );
        for mail in &mails {
            judge_mail(&simulation, person, mail)?;
        }
        judge_pace(&mails)?;
        judge_completeness(&simulation, (reader, person), &had, (ended, crowded[reader]))?;
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn no_reader_gets_a_post_twice_and_none_misses_one_that_is_owed(
        most in 2..6usize,
        history in prop::collection::vec((0..48u32, event()), 1..50)
    ) {
        judge(most, &history)?;
    }

    /// Weeks pass between changes, more than a fast cadence looks back to.
    #[test]
    fn whoever_changes_from_a_slow_cadence_to_a_fast_one_misses_nothing(
        most in 2..6usize,
        history in prop::collection::vec((0..24 * 4u32, change_or_post()), 1..50)
    ) {
        let joins = (0..READERS).map(|reader| (0, Event::Join(reader)));
        let history: Vec<(u32, Event)> = joins.chain(history).collect();
        judge(most, &history)?;
    }
}
