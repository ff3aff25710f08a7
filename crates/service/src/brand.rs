//! How a list shows itself in mails.

use mail::render::Brand;
use store::lists::List;
use url::Url;

use crate::Service;

/// How a list shows itself in a mail. One that has no blog leads to its own page.
pub(crate) fn brand(service: &Service, list: &List) -> Result<Brand, url::ParseError> {
    let settings = &list.settings;
    Ok(Brand {
        public_name: settings.public_name.as_str().to_owned(),
        blog_url: match &settings.blog_url {
            Some(url) => url.clone(),
            None => Url::parse(&service.links.list(&list.key))?,
        },
        postal_address: settings.postal_address.clone().unwrap_or_default(),
        privacy_url: settings.privacy_url.clone(),
        language: settings.language.as_str().to_owned(),
    })
}
