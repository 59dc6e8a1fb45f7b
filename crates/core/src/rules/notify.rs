use super::Pattern;
use crate::UserId;
use crate::call::{Folded, Party};
use crate::number::{Country, NumberKey};

/// A row of a source's `notify_map` as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotifyRow {
    /// A queue's name, a number, `*` for all, or a [`Pattern`] of either.
    pub queue: String,
    /// Whom calls there concern.
    pub user_ids: Vec<UserId>,
}

/// Whom the calls of a source concern: who is rung and who sees them (facts/zammad-cti.md 5.3,
/// 5.6).
///
/// A row counts for a call by its queue and by the number on our side, by number where both are
/// numbers and else by text without regard to case (quirks Q10 and Q11). A map without rows is no
/// map: everybody is concerned.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NotifyMap {
    country: Country,
    rows: Vec<Row>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Row {
    /// As it was written.
    queue: String,
    pattern: Pattern,
    users: Vec<UserId>,
}

/// What somebody is granted of a source.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Scope {
    /// All its calls.
    Whole,
    /// Calls that any of the grants is for.
    Some {
        /// The grants, none for nothing.
        grants: Vec<Grant>,
        /// The country of national numbers in queues.
        country: Country,
    },
}

/// Calls of one queue, one number, or several. A filter in a database may take a superset: all
/// calls for a pattern.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Grant {
    /// The queue, or our side where it is no number, is this text (lowercase, trimmed).
    Text(String),
    /// The queue or our side is this number.
    Number(NumberKey),
    /// The queue or our side fits.
    Pattern(Pattern),
}

impl NotifyMap {
    /// The map with these rows, whose national numbers are those of the country.
    pub fn new(rows: impl IntoIterator<Item = NotifyRow>, country: Country) -> Self {
        let parse = |row: NotifyRow| Row {
            pattern: Pattern::parse(&row.queue, country),
            queue: row.queue,
            users: row.user_ids,
        };
        Self {
            country,
            rows: rows.into_iter().map(parse).collect(),
        }
    }

    /// Whether there are no rows, so that everybody is concerned.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The queues that it names, those with a `*` left out: all of them, or those of one user.
    pub fn queues_of(&self, user: Option<UserId>) -> impl Iterator<Item = &str> {
        let concerned = move |row: &&Row| user.is_none_or(|user| row.users.contains(&user));
        (self.rows.iter().filter(concerned))
            .map(|row| row.queue.as_str())
            .filter(|queue| !queue.is_empty() && !queue.contains('*'))
    }

    /// What a user with these numbers of their own is granted.
    pub fn scope(&self, user: UserId, own_numbers: &[NumberKey]) -> Scope {
        let rows = (self.rows.iter())
            .filter(|row| row.users.contains(&user))
            .map(|row| &row.pattern);
        if self.is_empty() || rows.clone().any(Pattern::is_everything) {
            return Scope::Whole;
        }
        let own = own_numbers.iter().copied().map(Grant::Number);
        Scope::Some {
            grants: rows.map(Grant::of).chain(own).collect(),
            country: self.country,
        }
    }

    /// Whether a call concerns a user with these numbers of their own.
    pub fn grants(&self, user: UserId, own_numbers: &[NumberKey], call: &Folded) -> bool {
        self.scope(user, own_numbers).covers(call)
    }

    /// Which of some users a call concerns, in the order given.
    pub fn notified<'a>(
        &self,
        users: impl IntoIterator<Item = (UserId, &'a [NumberKey])>,
        call: &Folded,
    ) -> Vec<UserId> {
        users
            .into_iter()
            .filter(|(user, own_numbers)| self.grants(*user, own_numbers, call))
            .map(|(user, _)| user)
            .collect()
    }
}

impl Scope {
    /// Whether a call of the source is granted.
    pub fn covers(&self, call: &Folded) -> bool {
        match self {
            Self::Whole => true,
            Self::Some { grants, country } => {
                let queue = Party::read(&call.queue, *country);
                grants
                    .iter()
                    .any(|grant| grant.is_for(&queue) || grant.is_for(call.our_side()))
            }
        }
    }
}

impl Grant {
    fn of(pattern: &Pattern) -> Self {
        match (pattern.as_number(), pattern.as_text()) {
            (Some(number), _) => Self::Number(number),
            (None, Some(text)) => Self::Text(text.to_owned()),
            (None, None) => Self::Pattern(pattern.clone()),
        }
    }

    fn is_for(&self, party: &Party) -> bool {
        match self {
            Self::Number(number) => party.key == Some(*number),
            Self::Text(text) => !text.is_empty() && party.number.trim().to_lowercase() == *text,
            Self::Pattern(pattern) => pattern.matches(party),
        }
    }
}

#[cfg(test)]
mod tests;
