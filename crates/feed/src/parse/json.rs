//! JSON Feed made fit for feed-rs: numbers as ids and missing titles are let pass, and pictures are kept aside.

use domain::without_nul;
use serde_json::{Map, Value, json};

use super::{Extra, MAX_ITEMS, ParseError, picture::Candidate};

/// A document that feed-rs reads, and what it would leave out, item by item.
pub(super) fn prepare(text: &str) -> Result<(String, Vec<Extra>), ParseError> {
    let mut feed: Value = serde_json::from_str(text).map_err(|error| {
        if error.is_eof() {
            ParseError::CutOff
        } else {
            let reason = error.to_string();
            ParseError::BrokenJson { reason }
        }
    })?;
    replace_nul(&mut feed);
    let is_feed = feed["version"]
        .as_str()
        .is_some_and(|version| version.contains("jsonfeed.org/version/"));
    let Some(feed_object) = feed.as_object_mut().filter(|_| is_feed) else {
        return Err(ParseError::NotAFeed);
    };

    // Without a home page, feed-rs would take the feed's own address for it.
    feed_object.remove("feed_url");
    if !feed_object.get("title").is_some_and(Value::is_string) {
        feed_object.insert("title".to_owned(), json!(""));
    }
    let mut items = match feed_object.remove("items") {
        Some(Value::Array(items)) => items,
        _ => Vec::new(),
    };
    items.truncate(MAX_ITEMS);
    items.retain(Value::is_object);
    let extras = items
        .iter_mut()
        .filter_map(Value::as_object_mut)
        .map(prepare_item)
        .collect();
    feed_object.insert("items".to_owned(), Value::Array(items));

    Ok((feed.to_string(), extras))
}

/// JSON can spell a NUL (`\u0000`) that does not stand in the document.
fn replace_nul(value: &mut Value) {
    match value {
        Value::String(text) => *text = without_nul(text).into_owned(),
        Value::Array(items) => items.iter_mut().for_each(replace_nul),
        Value::Object(fields) => fields.values_mut().for_each(replace_nul),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn prepare_item(item: &mut Map<String, Value>) -> Extra {
    // "If an id is presented as a number or other type, a JSON Feed reader should coerce it to a string."
    if let Some(id) = item.get_mut("id")
        && !id.is_string()
        && !id.is_null()
    {
        *id = json!(id.to_string());
    }

    let picture = |kind: &str, value: &Value| {
        Some(Candidate {
            url: value.as_str()?.to_owned(),
            kind: Some(kind.to_owned()),
            ..Candidate::default()
        })
    };
    let shown = ["image", "banner_image"]
        .iter()
        .filter_map(|name| picture("image", item.get(*name)?))
        .collect();
    let attachments = item.remove("attachments");
    let attached = attachments
        .as_ref()
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(|attachment| picture(attachment["mime_type"].as_str()?, &attachment["url"]));

    let mut pictures: Vec<Candidate> = shown;
    pictures.extend(attached);
    Extra {
        pictures,
        ..Extra::default()
    }
}
