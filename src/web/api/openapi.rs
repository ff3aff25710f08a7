//! The description of the API in OpenAPI 3.1, made of the handlers and the types that they read and write.
//!
//! A handler describes what is particular to it. What is true of all of them is added here: the token, the problems and
//! the `Idempotency-Key` of each POST.

use std::sync::Arc;

use axum::{
    Extension,
    http::{Method, header},
    response::IntoResponse,
};
use utoipa::{
    OpenApi,
    openapi::{
        self, Components, RefOr, Required,
        content::ContentBuilder,
        header::HeaderBuilder,
        path::{Operation, ParameterBuilder, ParameterIn, PathItem},
        response::{Response, ResponseBuilder},
        schema::{ObjectBuilder, Ref, Type},
        security::{HttpAuthScheme, HttpBuilder, SecurityScheme},
    },
};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{ListRef, Problem, idempotency, problem::MEDIA_TYPE, words};
use crate::web::App;

/// What every operation may answer: a name, the status and what it means.
const ALWAYS: [(&str, &str, &str); 5] = [
    ("BadRequest", "400", "The request cannot be read"),
    ("Unauthorized", "401", "There is no token, or one that opens nothing"),
    ("Forbidden", "403", "The token's role does not allow it"),
    (
        "Failed",
        "500",
        "Something went wrong on this side; it was written down",
    ),
    ("Unavailable", "503", "This cannot be answered right now"),
];
/// What operations on one thing may answer.
const NOT_FOUND: (&str, &str, &str) = ("NotFound", "404", "There is no such thing");
/// What changes may answer.
const CONFLICT: (&str, &str, &str) = ("Conflict", "409", "The state of things does not allow it");
/// What operations with a body may answer.
const OF_BODIES: [(&str, &str, &str); 2] = [
    ("TooLarge", "413", "The body is over 16 KiB"),
    ("UnsupportedMediaType", "415", "The body is not sent as JSON"),
];
/// What operations with a body or an `Idempotency-Key` may answer.
const UNPROCESSABLE: (&str, &str, &str) = (
    "Unprocessable",
    "422",
    "A field is wrong, or the Idempotency-Key was used before",
);

/// The description as it is served.
#[derive(Debug, Clone)]
pub(super) struct Description(Arc<str>);

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Paperround",
        description = "A blog as a mailing list: what staff and admins do, by programs. Every request shows an API token; \
            staff read, announce and act on mailings, admins do everything.",
        license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0"),
    ),
    components(schemas(Problem, ListRef, words::MailingAction)),
    security(("token" = [])),
    paths(crate::web::readers::api::subscribe),
    tags(
        (name = "lists", description = "Mailing lists"),
        (name = "subscribers", description = "People, and addresses that must not be mailed"),
        (name = "feeds", description = "Where a list's posts come from"),
        (name = "posts", description = "What the feeds showed, and what became of it"),
        (name = "mailings", description = "What went to whom"),
        (name = "jobs", description = "Work that was put aside"),
        (name = "tokens", description = "Who may use this API"),
        (name = "events", description = "Who did what, when, from where"),
        (name = "readers", description = "What readers do"),
        (name = "about", description = "This description"),
    ),
)]
struct Frame;

/// What the description says before it names any route.
pub(super) fn frame() -> openapi::OpenApi {
    let mut frame = Frame::openapi();
    let components = frame.components.get_or_insert_with(Components::new);
    let token = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .bearer_format("pr_ and 43 letters and digits")
        .description(Some(
            "An API token, made with `paperround token add` or `POST /api/v1/tokens`.",
        ))
        .build();
    components.add_security_scheme("token", SecurityScheme::Http(token));
    for (name, status, description) in problems() {
        let response = RefOr::T(problem_response(status, description));
        components.responses.insert(name.to_owned(), response);
    }
    frame
}

pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(describe))
}

impl Description {
    /// Completes what the handlers said.
    pub(super) fn new(mut api: openapi::OpenApi) -> Self {
        for (path, item) in &mut api.paths.paths {
            let PathItem {
                get, put, post, delete, ..
            } = item;
            let has_name = path.contains('{');
            for (method, operation) in [
                (Method::GET, get),
                (Method::PUT, put),
                (Method::POST, post),
                (Method::DELETE, delete),
            ] {
                if let Some(operation) = operation {
                    operation.operation_id = Some(name_of(&method.as_str().to_lowercase(), path));
                    let takes_key = idempotency::matters(&method, path);
                    complete(operation, has_name, (method == Method::POST, takes_key));
                }
            }
        }
        let json = api.to_pretty_json().expect("a description is always valid JSON");
        Self(json.into())
    }
}

/// This description
#[utoipa::path(get, path = "/openapi.json", tag = "about", security(()),
    responses((status = OK, body = Object, description = "OpenAPI 3.1")))]
async fn describe(Extension(Description(json)): Extension<Description>) -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "application/json")], json.to_string())
}

/// A name for an operation, by which clients made of this description call it: `get_lists_list_posts`.
fn name_of(method: &str, path: &str) -> String {
    let words = path
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty());
    let words = words.skip_while(|word| matches!(*word, "api" | "v1"));
    std::iter::once(method).chain(words).collect::<Vec<_>>().join("_")
}

/// Adds what is true of all operations.
fn complete(operation: &mut Operation, has_name: bool, (is_post, takes_key): (bool, bool)) {
    let summary = operation.summary.as_deref().unwrap_or_default();
    for response in operation.responses.responses.values_mut() {
        match response {
            RefOr::T(response) if response.description.is_empty() => response.description = summary.to_owned(),
            _ => {}
        }
    }
    let needs_token = operation.security.is_none();
    if !needs_token {
        return;
    }
    let has_body = operation.request_body.is_some();
    let is_change = is_post || has_body;
    if takes_key {
        operation
            .parameters
            .get_or_insert_default()
            .push(idempotency_key().into());
    }
    let named = (has_name || is_change).then_some(NOT_FOUND);
    let conflict = is_change.then_some(CONFLICT);
    let of_bodies = OF_BODIES.into_iter().filter(|_| is_change);
    let unprocessable = is_change.then_some(UNPROCESSABLE);
    let more = named.into_iter().chain(conflict).chain(of_bodies).chain(unprocessable);
    for (name, status, _) in ALWAYS.into_iter().chain(more) {
        let response = RefOr::Ref(Ref::from_response_name(name));
        operation.responses.responses.insert(status.to_owned(), response);
    }
}

fn problems() -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
    ALWAYS
        .into_iter()
        .chain([NOT_FOUND, CONFLICT, UNPROCESSABLE])
        .chain(OF_BODIES)
}

fn problem_response(status: &str, description: &str) -> Response {
    let schema = Ref::from_schema_name("Problem");
    let response = ResponseBuilder::new()
        .description(description)
        .content(MEDIA_TYPE, ContentBuilder::new().schema(Some(schema)).build());
    let text = || ObjectBuilder::new().schema_type(Type::String);
    match status {
        "401" | "403" => {
            let header = HeaderBuilder::new().schema(Some(text())).description(Some("RFC 6750"));
            response.header("www-authenticate", header.build()).build()
        }
        "503" => {
            let seconds = ObjectBuilder::new().schema_type(Type::Integer);
            let header = HeaderBuilder::new().schema(Some(seconds)).description(Some("Seconds"));
            response.header("retry-after", header.build()).build()
        }
        _ => response.build(),
    }
}

fn idempotency_key() -> openapi::path::Parameter {
    let text = ObjectBuilder::new()
        .schema_type(Type::String)
        .min_length(Some(1))
        .max_length(Some(255))
        .pattern(Some("^[!-~]+$"));
    ParameterBuilder::new()
        .name("Idempotency-Key")
        .parameter_in(ParameterIn::Header)
        .required(Required::False)
        .description(Some(
            "Names the request, so that sending it twice does it once: the second time the kept answer comes again, \
             with the header `Idempotency-Replayed: true`. Answers are kept for at least 24 hours.",
        ))
        .schema(Some(text))
        .build()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::Value;

    use super::*;

    fn description() -> Value {
        let (_routes, api) = crate::web::api::routes().split_for_parts();
        serde_json::from_str(&Description::new(api).0).unwrap()
    }

    fn references(value: &Value, found: &mut BTreeSet<String>) {
        match value {
            Value::Object(map) => {
                found.extend(map.get("$ref").and_then(Value::as_str).map(str::to_owned));
                map.values().for_each(|value| references(value, found));
            }
            Value::Array(items) => items.iter().for_each(|value| references(value, found)),
            _ => {}
        }
    }

    #[test]
    fn whatever_the_description_refers_to_is_in_it() {
        let description = description();
        let mut found = BTreeSet::new();
        references(&description, &mut found);

        assert!(found.len() > 30, "{found:?}");
        for reference in found {
            let pointer = reference.strip_prefix('#').unwrap();
            assert!(description.pointer(pointer).is_some(), "{reference}");
        }
    }

    #[test]
    fn every_operation_says_what_it_does_and_how_it_fails() {
        let description = description();
        let mut names = BTreeSet::new();

        for (path, item) in description["paths"].as_object().unwrap() {
            for (method, operation) in item.as_object().unwrap() {
                let name = operation["operationId"].as_str().unwrap();
                assert!(names.insert(name.to_owned()), "{name} is there twice");
                assert!(operation["summary"].is_string(), "{method} {path} says nothing");
                for (status, response) in operation["responses"].as_object().unwrap() {
                    let says = response.get("$ref").or(response.get("description"));
                    assert!(says.is_some(), "{method} {path} says nothing of {status}");
                }
                let is_public = operation.get("security").is_some();
                assert_eq!(
                    operation["responses"].get("401").is_none(),
                    is_public,
                    "{method} {path}"
                );
            }
        }
    }

    #[test]
    fn two_types_of_one_name_do_not_hide_each_other() {
        let description = description();

        for field in [
            "MailingCounts/properties/accepted",
            "SubscriptionCounts/properties/confirmed",
        ] {
            let pointer = format!("/components/schemas/{field}");
            assert!(description.pointer(&pointer).is_some(), "{field}");
        }
    }
}
