//! A blog's address into its feed, as staff know only the former.
//!
//! In this order: the address is the feed; the page there names it; it is at one of the addresses where blog programs
//! put theirs. Every request goes through the guarded [`Fetcher`], one after the other, and both their number and
//! their time are bounded, because whoever may add a feed chooses which site is asked.

mod comments;
mod document;
mod found;
mod well_known;

use tokio::time::Instant;
use url::Url;

use crate::{Body, FetchError, Fetched, Fetcher, FoundFeed, Request};

use comments::is_about_comments;
use document::Document;

pub use found::{FindError, Found, How};

/// No more documents than these are asked for in one search; redirects on the way to one are bounded by the fetcher.
pub const MOST_REQUESTS: usize = 16;

/// No more of the feeds that a page names are tried.
const MOST_NAMED: usize = 4;

/// Finds the feed of the blog at `address`, which may lack its `https://`. All of it takes no longer than
/// [`Limits::total`](crate::Limits::total), the time that one document may take.
///
/// # Errors
/// [`FindError`], which says what was tried and what to do next.
pub async fn find(fetcher: &Fetcher, address: &str) -> Result<Found, FindError> {
    let address = address.trim();
    let address = if address.contains("://") {
        address.to_owned()
    } else {
        format!("https://{address}")
    };
    let mut search = Search {
        fetcher,
        deadline: Instant::now() + fetcher.longest(),
        asked: Vec::new(),
        why_not: None,
    };

    search.run(&address).await
}

/// A search under way.
struct Search<'a> {
    fetcher: &'a Fetcher,
    deadline: Instant,
    /// The addresses that were asked for, the page's own first.
    asked: Vec<String>,
    /// What is wrong with the first feed that the page names.
    why_not: Option<FindError>,
}

/// Why an address did not bring a document.
enum Miss {
    Fetch(FetchError),
    /// The time of the whole search is over, or its requests are used up.
    Over(FindError),
}

impl Search<'_> {
    async fn run(&mut self, address: &str) -> Result<Found, FindError> {
        let (page, feeds, generator, refused) = match self.ask(address).await {
            Ok((body, Document::Feed(feed))) => return Ok(found(address, body, *feed, How::Itself, Vec::new())),
            Ok((_, Document::Broken(error))) => return Err(error.into()),
            Ok((body, Document::Page { feeds, generator })) => (body.final_url, feeds, generator, None),
            Err(Miss::Over(error)) => return Err(error),
            Err(Miss::Fetch(error)) => match Url::parse(address) {
                Ok(page) if is_about_the_page_alone(&error) => (page, Vec::new(), None, Some(error)),
                _ => return Err(error.into()),
            },
        };
        let named: Vec<_> = feeds
            .into_iter()
            .filter(|feed| !is_about_comments(feed.title.as_deref(), &feed.url))
            .collect();

        if let Some(found) = self.named(&named).await? {
            return Ok(found);
        }
        if let Some(found) = self.well_known(&page, generator.as_deref(), &named).await? {
            return Ok(found);
        }
        Err(refused
            .map(FindError::Fetch)
            .or(self.why_not.take())
            .unwrap_or(FindError::None {
                tried: self.asked.len() - 1,
            }))
    }

    /// The first feed that the page names and that can be read.
    async fn named(&mut self, named: &[FoundFeed]) -> Result<Option<Found>, FindError> {
        for candidate in named.iter().take(MOST_NAMED) {
            let reason = match self.ask(candidate.url.as_str()).await {
                Ok((body, Document::Feed(feed))) => {
                    let others = named.iter().filter(|other| *other != candidate).cloned().collect();
                    return Ok(Some(found(candidate.url.as_str(), body, *feed, How::Named, others)));
                }
                Ok((_, Document::Broken(error))) => error.to_string(),
                Ok((_, Document::Page { .. })) => "it is no feed; tell the site's owner".to_owned(),
                Err(Miss::Fetch(error)) => error.to_string(),
                Err(Miss::Over(error)) => return Err(error),
            };
            self.why_not.get_or_insert(FindError::Named {
                url: candidate.url.clone(),
                reason,
            });
        }
        Ok(None)
    }

    /// The first feed where blogs usually have one.
    async fn well_known(
        &mut self,
        page: &Url,
        generator: Option<&str>,
        named: &[FoundFeed],
    ) -> Result<Option<Found>, FindError> {
        for candidate in well_known::addresses(page, generator) {
            if self.asked.len() == MOST_REQUESTS {
                break;
            }
            let url = candidate.url.as_str();
            if self.asked.iter().any(|asked| asked == url) {
                continue;
            }
            let (body, feed) = match self.ask(url).await {
                Ok((body, Document::Feed(feed))) => (body, *feed),
                Ok(_) => continue,
                Err(Miss::Fetch(FetchError::TooManyRequests { retry_after })) => {
                    return Err(FetchError::TooManyRequests { retry_after }.into());
                }
                Err(Miss::Fetch(_)) => continue,
                Err(Miss::Over(error)) => return Err(error),
            };
            // Below a page of its own, WordPress has a feed of what readers say about that page.
            if !is_about_comments(Some(&feed.title), &body.final_url) {
                let how = How::WellKnown {
                    program: candidate.program,
                };
                return Ok(Some(found(url, body, feed, how, named.to_vec())));
            }
        }
        Ok(None)
    }

    /// Fetches and reads one document.
    async fn ask(&mut self, url: &str) -> Result<(Body, Document), Miss> {
        self.asked.push(url.to_owned());
        let request = Request {
            url,
            etag: None,
            last_modified: None,
        };
        let fetched = tokio::time::timeout_at(self.deadline, self.fetcher.fetch(request))
            .await
            .map_err(|_| Miss::Over(FindError::TooSlow { host: host(url) }))?
            .map_err(Miss::Fetch)?;
        let Fetched::Body(body) = fetched else {
            unreachable!("304 answers only a request with validators");
        };

        tokio::task::spawn_blocking(move || {
            let document = Document::read(&body.bytes, body.content_type.as_deref(), &body.final_url);
            (*body, document)
        })
        .await
        .map_err(|error| Miss::Over(FindError::Reader(error.to_string())))
    }
}

/// Whether the site may well answer at another address: it refuses robots on its pages, or the page is too large.
fn is_about_the_page_alone(error: &FetchError) -> bool {
    matches!(
        error,
        FetchError::Forbidden { .. }
            | FetchError::Server { .. }
            | FetchError::Status { .. }
            | FetchError::TooLarge { .. }
            | FetchError::TooManyRedirects { .. }
    )
}

fn found(asked: &str, body: Body, feed: crate::ParsedFeed, how: How, alternatives: Vec<FoundFeed>) -> Found {
    let url = body
        .moved_to
        .unwrap_or_else(|| Url::parse(asked.trim()).unwrap_or(body.final_url));
    Found {
        url,
        feed,
        etag: body.etag,
        last_modified: body.last_modified,
        how,
        alternatives,
    }
}

fn host(url: &str) -> String {
    Url::parse(url)
        .ok()
        .and_then(|url| url.host_str().map(str::to_owned))
        .unwrap_or_default()
}
