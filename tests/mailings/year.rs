//! A year of a blog, and who got what: with a move of the blog, an outage over a slot, and both nights in which clocks
//! change.

use std::{collections::BTreeMap, fmt::Write as _};

use domain::mailing::Outcome;
use jiff::{SignedDuration, Timestamp};
use service::{feeds, mailings};
use testkit::on_both_engines;

use super::{
    newsroom::Newsroom,
    stage::{ALL, DAY, HOUR, staff},
};

/// A post every two weeks, on a Wednesday at noon.
const POSTS: usize = 26;

impl Newsroom {
    /// Who got which posts of which mailing, a line a mailing: readers of the same edition stand together.
    async fn table(&self) -> String {
        let service = self.stage.service();
        let mut table = String::new();
        for mailing in self.stage.mailings().await {
            let mut editions = BTreeMap::<String, Vec<String>>::new();
            for found in mailings::look_at_readers(service, &staff(), mailing.id, ALL)
                .await
                .unwrap()
            {
                assert_eq!(found.delivery.outcome, Outcome::Accepted);
                let posts = mailings::posts_of_delivery(service, mailing.id, found.delivery.n)
                    .await
                    .unwrap();
                let titles: Vec<String> = posts.into_iter().map(|post| post.content.title).collect();
                let reader = found.address.unwrap();
                let name = reader.as_str().split('@').next().unwrap().to_owned();
                editions.entry(titles.join(" ")).or_default().push(name);
            }
            let day = mailing
                .send_at
                .timestamp()
                .to_zoned(jiff::tz::TimeZone::get("Europe/Paris").unwrap());
            write!(table, "{} {}", day.strftime("%F %H:%M %:z"), mailing.audience).unwrap();
            for (titles, readers) in editions {
                write!(table, " | {}: {titles}", readers.join(" ")).unwrap();
            }
            table.push('\n');
        }
        table
    }

    /// The blog is at another address with other ids, and shows its whole archive again.
    fn move_the_blog(&mut self) {
        for post in self.blog.posts_mut() {
            post.guid = format!("moved-{}", post.guid);
            post.link = post.link.replace("clinic.example", "moved.example");
        }
        self.show();
    }
}

on_both_engines! {
    async fn a_year_of_a_blog_reaches_everybody_as_they_chose(room: Newsroom) {
        let mut room = room;
        room.stage.app.clock().set("2027-01-04T07:00:00Z".parse::<Timestamp>().unwrap().into());
        room.stage.change_list(|settings| {
            settings.cadence = "weekly mon 09:00".parse().unwrap();
            settings.rules.settle_minutes = 10;
            settings.rules.choices = ["instant", "daily 02:30", "monthly last fri 18:00"].map(|spelling| spelling.parse().unwrap()).into();
        }).await;
        room.stage.add_reader("weekly@example.org").await;
        room.stage.add_reader_at("instant@example.org", "instant").await;
        room.stage.add_reader_at("nightly@example.org", "daily 02:30").await;
        room.stage.add_reader_at("monthly@example.org", "monthly last fri 18:00").await;
        let start = room.stage.service().now().timestamp();
        let at = |day: usize| start + SignedDuration::from_hours(24 * i64::try_from(day).unwrap());

        for day in 0..7 * 52 {
            if day % 14 == 2 && day / 14 < POSTS {
                let title = format!("P{:02}", day / 14 + 1);
                room.blog.publish(&title, "In short.").published = at(day);
                room.show();
            }
            match day {
                60 => room.move_the_blog(),
                62 => drop(feeds::answer(room.stage.service(), &staff(), room.feed, false).await.unwrap()),
                // A post on the Saturdays before the nights in which clocks change.
                82 | 299 => {
                    room.blog.publish(&format!("N{day}"), "In short.").published = at(day);
                    room.show();
                }
                150 => room.stage.add_reader("joined-in-june@example.org").await,
                200 => room.stage.pause("instant@example.org", DAY * 35).await,
                310 => room.stage.choose("nightly@example.org", "monthly last fri 18:00").await,
                _ => {}
            }
            // Nobody was there from Monday at seven until Tuesday at seven: the slot at nine was mailed late.
            let steps: &[u32] = if day == 133 { &[24] } else { &[6, 6, 6, 6] };
            for hours in steps {
                room.stage.app.pass(HOUR * *hours).await;
            }
        }

        insta::assert_snapshot!("a_year_of_a_blog", room.table().await);
    }
}
