//! What admins keep of a subscriber besides the name.

use serde_json::{Map, Value};

/// The longest that attributes may be, as JSON, in bytes.
const LONGEST: usize = 4 * 1024;

/// A flat JSON object: texts, numbers, true, false and null under names of one's own.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Attributes(Map<String, Value>);

/// An object that is too long or has others inside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("attributes are a flat object of texts, numbers, true, false and null, of at most 4096 bytes")]
pub struct AttributesError;

impl Attributes {
    /// Accepts an object.
    ///
    /// # Errors
    /// When it is too long or has lists or objects inside.
    pub fn new(map: Map<String, Value>) -> Result<Self, AttributesError> {
        let is_flat = map.values().all(|value| !value.is_array() && !value.is_object());
        let json = serde_json::to_string(&map).expect("an object is always valid JSON");
        if is_flat && json.len() <= LONGEST {
            Ok(Self(map))
        } else {
            Err(AttributesError)
        }
    }

    /// The object.
    #[must_use]
    pub const fn as_map(&self) -> &Map<String, Value> {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn accepts(value: Value) -> bool {
        Attributes::new(value.as_object().cloned().unwrap()).is_ok()
    }

    #[test]
    fn attributes_are_flat_and_short() {
        assert!(accepts(json!({})));
        assert!(accepts(
            json!({ "city": "Oslo", "visits": 3, "vip": true, "note": null })
        ));
        assert!(!accepts(json!({ "tags": ["a"] })));
        assert!(!accepts(json!({ "address": { "city": "Oslo" } })));
        assert!(!accepts(json!({ "note": "x".repeat(4096) })));
    }
}
