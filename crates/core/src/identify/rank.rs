use std::cmp::Reverse;
use std::collections::HashSet;

use crate::ContactId;

/// How sure we are who a number is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Level {
    /// It is one of a contact's phones.
    Known,
    /// It occurs in a free text about a contact.
    Maybe,
}

impl Level {
    /// The word for it in the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Known => "known",
            Self::Maybe => "maybe",
        }
    }

    /// The level with exactly this word.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Known, Self::Maybe]
            .into_iter()
            .find(|level| level.as_str() == word)
    }
}

/// A contact that a number may belong to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Match {
    /// The contact.
    pub contact_id: ContactId,
    /// The contact's name; empty when there is none.
    pub name: String,
    /// The contact's organisation; empty when there is none.
    pub organization: String,
    /// How sure that is.
    pub level: Level,
}

/// No more matches than this are of use to anybody (facts/zammad-cti.md 4.5).
pub const MOST_MATCHES: usize = 20;

/// Orders what was found for one number (facts/zammad-cti.md 4.5): only known contacts if there
/// are any, else those that may be; each once, the newest contact first, at most 20.
pub fn rank(mut found: Vec<Match>) -> Vec<Match> {
    found.sort_by_key(|one| (one.level, Reverse(one.contact_id)));
    let surest = found.first().map(|one| one.level);
    let mut seen = HashSet::new();
    found.retain(|one| Some(one.level) == surest && seen.insert(one.contact_id));
    found.truncate(MOST_MATCHES);
    found
}

#[cfg(test)]
mod tests;
