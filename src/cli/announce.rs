//! `paperround announce`: a post, mailed to its list now.

use anyhow::bail;
use clap::Args;
use domain::PostId;
use service::{
    Service, feeds,
    mailings::{self, AnnounceError, Reach},
};

use super::{
    Globals, moment,
    named::{Found, NamedPost},
    origin,
};

/// Flags of `announce`.
#[derive(Debug, Args)]
pub(super) struct Announce {
    #[command(flatten)]
    post: NamedPost,
    /// Mail it although it was mailed before.
    #[arg(long)]
    again: bool,
    /// Mail it also to readers who chose to be mailed less often than the list is, instead of at their slot.
    #[arg(long)]
    also_slower: bool,
}

impl Announce {
    pub(super) async fn run(self, globals: &Globals) -> anyhow::Result<()> {
        let house = globals.visit().await?;
        let service = &house.service;
        let post = self.find(service).await?;
        let how = mailings::Announce {
            again: self.again,
            also_slower: self.also_slower,
        };
        let mailing = match mailings::announce(service, &origin(), post, how).await {
            Err(AnnounceError::Mailed(before)) => {
                bail!("this post was mailed before, with the mailing {before}; to mail it again: --again")
            }
            announced => announced?,
        };
        say!("Announced: mailing {mailing}.")?;
        put!("{}", told(&mailings::reach(service, post).await?, self.also_slower))?;
        house.service.db.close().await;
        Ok(())
    }

    async fn find(&self, service: &Service) -> anyhow::Result<PostId> {
        match self.post.look(service).await? {
            Found::Post(post) => Ok(post.id),
            Found::Nowhere(list, url) => Ok(feeds::adopt(service, &origin(), list.id, &url).await?.id),
        }
    }
}

/// Whom an announcement reaches now, and who gets it later.
fn told(reach: &Reach, also_slower: bool) -> String {
    let later: i64 = reach.later.iter().map(|later| later.readers).sum();
    if also_slower || later == 0 {
        return format!("It goes to {} now.\n", readers(reach.now + later));
    }
    let mut text = format!(
        "It goes to {} now. Those who chose less often get it later:\n",
        readers(reach.now)
    );
    for later in &reach.later {
        let at = later
            .at
            .as_ref()
            .map_or_else(|| "at their next slot".to_owned(), moment::of_zoned);
        text.push_str(&format!(
            "    {}  {} ({})\n",
            at,
            readers(later.readers),
            later.cadence.words()
        ));
    }
    text
}

fn readers(count: i64) -> String {
    if count == 1 {
        "1 reader".to_owned()
    } else {
        format!("{count} readers")
    }
}

#[cfg(test)]
mod tests {
    use service::mailings::Later;

    use super::*;

    #[test]
    fn it_is_told_who_gets_a_post_later_and_when() {
        let reach = Reach {
            now: 312,
            later: vec![Later {
                cadence: "weekly fri 09:00".parse().unwrap(),
                readers: 1,
                at: Some("2026-11-27T09:00[Europe/Paris]".parse().unwrap()),
            }],
        };

        assert_eq!(
            told(&reach, false),
            "It goes to 312 readers now. Those who chose less often get it later:\n    \
             Fri 27 Nov 2026, 09:00 CET  1 reader (every Friday at 09:00)\n"
        );
        assert_eq!(told(&reach, true), "It goes to 313 readers now.\n");
    }
}
