use std::fmt;

use offhook_core::UnixMillis;
use serde_json::{Map, Value};

/// What is wrong with a configuration, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invalid {
    /// The way to it: `outbound.routing_table[2].dest`; empty for the whole.
    pub path: String,
    /// What it should be: `must be text`.
    pub why: &'static str,
}

impl fmt::Display for Invalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &*self.path {
            "" => write!(f, "the configuration {}", self.why),
            path => write!(f, "{path}: {}", self.why),
        }
    }
}

/// A place in a configuration: what stands there and how to get there. Null and missing are the
/// same: nothing.
pub(super) struct Place<'v> {
    path: String,
    value: Option<&'v Value>,
}

impl<'v> Place<'v> {
    pub(super) fn top(value: &'v Value) -> Self {
        Self {
            path: String::new(),
            value: Some(value).filter(|value| !value.is_null()),
        }
    }

    /// The place under a key; nothing where this is no object, which `object` complains about.
    pub(super) fn at(&self, key: &str) -> Self {
        let dot = if self.path.is_empty() { "" } else { "." };
        Self {
            path: format!("{}{dot}{key}", self.path),
            value: (self.value.and_then(|value| value.get(key))).filter(|value| !value.is_null()),
        }
    }

    fn invalid<T>(&self, why: &'static str, wrong: &mut Vec<Invalid>) -> Option<T> {
        wrong.push(Invalid {
            path: self.path.clone(),
            why,
        });
        None
    }

    /// An object with something in it. Rails writes an empty one as an empty list at times.
    pub(super) fn object(&self, wrong: &mut Vec<Invalid>) -> Option<&'v Map<String, Value>> {
        match self.value? {
            Value::Object(object) => Some(object).filter(|object| !object.is_empty()),
            Value::Array(list) if list.is_empty() => None,
            _ => self.invalid("must be an object", wrong),
        }
    }

    /// The members of a list, in order; also of a list that went through a Rails form and became
    /// an object (`{"0": …, "1": …}`).
    pub(super) fn list(&self, wrong: &mut Vec<Invalid>) -> Vec<Self> {
        let members: Vec<&Value> = match self.value {
            None => Vec::new(),
            Some(Value::Array(list)) => list.iter().collect(),
            Some(Value::Object(object)) => {
                let numbered = object
                    .iter()
                    .map(|(key, value)| Some((key.parse::<u32>().ok()?, value)));
                let Some(mut numbered) = numbered.collect::<Option<Vec<_>>>() else {
                    self.invalid::<()>("must be a list", wrong);
                    return Vec::new();
                };
                numbered.sort_by_key(|(number, _)| *number);
                numbered.into_iter().map(|(_, value)| value).collect()
            }
            Some(_) => {
                self.invalid::<()>("must be a list", wrong);
                return Vec::new();
            }
        };
        let place = |(index, value): (usize, &'v Value)| Self {
            path: format!("{}[{index}]", self.path),
            value: Some(value).filter(|value| !value.is_null()),
        };
        members.into_iter().enumerate().map(place).collect()
    }

    /// The same; a text or number alone is a list of one, as a form sends a single choice.
    pub(super) fn list_or_one(self, wrong: &mut Vec<Invalid>) -> Vec<Self> {
        match self.value {
            Some(Value::String(_) | Value::Number(_)) => vec![self],
            _ => self.list(wrong),
        }
    }

    /// The members of a list of objects.
    pub(super) fn rows(&self, wrong: &mut Vec<Invalid>) -> Vec<Self> {
        let mut rows = self.list(wrong);
        rows.retain(|row| match row.value {
            Some(Value::Object(_)) => true,
            _ => row.invalid::<()>("must be an object", wrong).is_some(),
        });
        rows
    }

    /// Text without blanks around it; none where it is missing or empty.
    pub(super) fn text(&self, wrong: &mut Vec<Invalid>) -> Option<&'v str> {
        match self.value? {
            Value::String(text) => Some(text.trim()).filter(|text| !text.is_empty()),
            _ => self.invalid("must be text", wrong),
        }
    }

    /// Whether anything stands here, be it empty.
    pub(super) fn is_given(&self) -> bool {
        self.value.is_some()
    }

    /// Says of this place that it is wrong.
    pub(super) fn refuse(&self, why: &'static str, wrong: &mut Vec<Invalid>) {
        self.invalid::<()>(why, wrong);
    }

    /// Text that must not be missing; it may be empty, and is none then.
    pub(super) fn needed_text(&self, wrong: &mut Vec<Invalid>) -> Option<&'v str> {
        if self.value.is_none() {
            return self.invalid("must be text", wrong);
        }
        self.text(wrong)
    }

    /// A whole number above zero, or its digits as text.
    pub(super) fn number(&self, wrong: &mut Vec<Invalid>) -> Option<i64> {
        let number = match self.value? {
            Value::Number(number) => number.as_i64(),
            Value::String(text) if text.trim().is_empty() => return None,
            Value::String(text) => text.trim().parse().ok(),
            _ => None,
        };
        match number {
            Some(number @ 1..) => Some(number),
            _ => self.invalid("must be a whole number above zero", wrong),
        }
    }

    /// Who a row is about: a user's id or e-mail address, as text.
    pub(super) fn user(&self, wrong: &mut Vec<Invalid>) -> Option<String> {
        match self.value? {
            Value::Number(id) if id.is_i64() => Some(id.to_string()),
            Value::String(text) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
            _ => self.invalid("must be a user's id or e-mail address", wrong),
        }
    }

    pub(super) fn flag(&self, wrong: &mut Vec<Invalid>) -> bool {
        match self.value {
            None => false,
            Some(Value::Bool(flag)) => *flag,
            Some(_) => {
                self.invalid::<()>("must be true or false", wrong);
                false
            }
        }
    }

    /// A moment, as RFC 3339; a date alone is its beginning in UTC.
    pub(super) fn moment(&self, wrong: &mut Vec<Invalid>) -> Option<UnixMillis> {
        match self.value? {
            Value::String(text) => {
                parse_moment(text).unwrap_or_else(|why| self.invalid(why, wrong))
            }
            _ => self.invalid(MOMENT, wrong),
        }
    }
}

const MOMENT: &str = "must be a time such as 2026-12-31T18:00:00Z";

/// Reads a moment as a configuration has it: RFC 3339, or a date, which is its beginning in UTC;
/// none where there is nothing. Else it says what it must be.
pub fn parse_moment(text: &str) -> Result<Option<UnixMillis>, &'static str> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let time = text.parse::<jiff::Timestamp>();
    let time = time.or_else(|_| format!("{text}T00:00:00Z").parse());
    time.map(|time| Some(UnixMillis(time.as_millisecond())))
        .map_err(|_| MOMENT)
}
