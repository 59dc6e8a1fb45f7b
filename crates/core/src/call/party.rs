use crate::number::{Country, NumberKey};

/// One side of a call: the number as the source sent it, and what was read out of it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Party {
    /// As sent: any text (`+49 30 …`, `anonymous`, a queue's name), empty when unknown.
    pub number: String,
    /// The number to compare by; none when withheld or not a number.
    pub key: Option<NumberKey>,
    /// The name that came inside the number (`"Anna" <49…>`).
    pub name: Option<String>,
}

impl Party {
    /// c
    pub fn read(raw: &str, country: Country) -> Self {
        Self {
            number: raw.to_owned(),
            key: NumberKey::of(raw, country),
            name: None,
        }
    }
    /// Whether both are the same line: by number where both are numbers, else by text.
    pub fn same_line(&self, other: &Self) -> bool {
        match (self.key, other.key) {
            (Some(a), Some(b)) => a == b,
            _ => self.number.trim() == other.number.trim(),
        }
    }

    /// Whether there is nothing here.
    pub fn is_empty(&self) -> bool {
        self.number.trim().is_empty()
    }
}
