//! What a request says: an ordered multimap of keys and texts, whatever the encoding.
//!
//! Bridges label their bodies wrongly or not at all (facts/pbx-and-clients.md C.4 client 3 sends a
//! form without a content type), so the body itself decides how it is read, and the label only
//! where the body leaves it open.

mod body;
mod form;
mod malformed;
mod multipart;
pub(crate) mod text;

use std::borrow::Cow;

pub use malformed::Malformed;

use crate::report::Request;

/// A request with more fields than this is refused. No client sends more than a dozen.
pub const MAX_FIELDS: usize = 200;
/// JSON nested deeper than this is refused.
pub const MAX_DEPTH: usize = 16;
/// A request with a longer key than this, in bytes, is refused.
pub const MAX_KEY: usize = 250;

/// One key with one of its values. A list is several fields of one name, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field<'a> {
    /// As sent; nested JSON is written as a form would: `user[]`, `data[name]`.
    pub key: Cow<'a, str>,
    /// Numbers and booleans as the text they were sent as; `null` makes no field.
    pub value: Cow<'a, str>,
}

impl Field<'_> {
    /// The key without what marks it as an element of a list: `user` for `user[]` and `user[0]`.
    pub fn name(&self) -> &str {
        let mut name = &*self.key;
        while let Some(open) = name.strip_suffix(']').and_then(|rest| rest.rfind('[')) {
            let index = &name[open + 1..name.len() - 1];
            if open == 0 || !index.bytes().all(|byte| byte.is_ascii_digit()) {
                break;
            }
            name = &name[..open];
        }
        name
    }
}

/// All fields of a request, in the order sent, the query string's first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Params<'a> {
    fields: Vec<Field<'a>>,
    warnings: Vec<String>,
}

impl<'a> Params<'a> {
    /// Reads query string and body. A key in both counts as the query string has it, as in Zammad
    /// (facts/zammad-cti.md 1.2).
    pub fn read(request: &Request<'a>) -> Result<Self, Malformed> {
        let mut params = Self {
            fields: Vec::with_capacity(12),
            warnings: Vec::new(),
        };
        if let Some(query) = request.query {
            form::read(query.as_bytes(), &mut params)?;
        }
        let in_query = params.fields.len();
        body::read(request, &mut params)?;
        if in_query > 0 {
            params.prefer_first(in_query);
            params.warn("Parameters came in the query string.".to_owned());
        }
        Ok(params)
    }

    /// The fields, in the order sent.
    pub fn fields(&self) -> &[Field<'a>] {
        &self.fields
    }

    /// What was odd but could be read, in words for who sets up the PBX.
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }

    pub(crate) fn push(&mut self, key: Cow<'a, str>, value: Cow<'a, str>) -> Result<(), Malformed> {
        if self.fields.len() >= MAX_FIELDS {
            return Err(Malformed::TooManyFields);
        }
        if key.len() > MAX_KEY {
            return Err(Malformed::KeyTooLong);
        }
        self.fields.push(Field { key, value });
        Ok(())
    }

    pub(crate) fn warn(&mut self, warning: String) {
        self.warnings.push(warning);
    }

    /// Drops the fields after the first `count` whose name is among those.
    fn prefer_first(&mut self, count: usize) {
        let later = self.fields.split_off(count);
        for field in later {
            let first = &self.fields[..count];
            if !first.iter().any(|known| known.name() == field.name()) {
                self.fields.push(field);
            }
        }
    }
}
