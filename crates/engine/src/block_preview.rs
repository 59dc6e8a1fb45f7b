//! What an entry of a block list would have done, before it is made.

use std::collections::HashSet;

use offhook_core::call::{Decision, Direction, EventBody, EventKind, Party};
use offhook_core::identify::Match;
use offhook_core::number::Country;
use offhook_core::rules::{BlockEntry, Pattern, SourceRules};
use offhook_core::{SourceId, UnixMillis};
use offhook_store::StoreError;

use crate::CallLog;

/// So far back calls are looked at.
const DAYS: i64 = 30;
/// So many calls, the newest ones.
const MOST_CALLS: usize = 100_000;
/// So many phones of contacts are looked at …
const MOST_PHONES: usize = 20_000;
/// … and so many contacts named.
const MOST_CONTACTS: usize = 20;

/// What an entry would reject.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlockPreview {
    /// From when on calls were looked at.
    pub since: UnixMillis,
    /// How many inbound calls it would have rejected since.
    pub calls: usize,
    /// There were more calls than were looked at.
    pub calls_more: bool,
    /// Contacts with a phone that it rejects.
    pub contacts: Vec<Match>,
    /// There are more of them, or may be.
    pub contacts_more: bool,
}

impl CallLog {
    /// Asks the rules themselves about everybody who called a source of late, and about the phones
    /// of contacts. Reads beside the way of the calls, and not more than some tens of milliseconds.
    pub async fn preview_block(
        &self,
        source: SourceId,
        caller_id: &str,
        country: Country,
    ) -> Result<BlockPreview, StoreError> {
        let now = self.clock.now();
        let pattern = Pattern::parse(caller_id, country);
        let ranges = pattern.key_ranges();
        let rules = SourceRules {
            blocked: vec![BlockEntry {
                row: 0,
                caller_id: pattern,
                note: String::new(),
                expires_at: None,
            }],
            country,
            ..SourceRules::default()
        };
        let rejects = |from: Party| {
            let body = EventBody {
                direction: Some(Direction::In),
                from: Some(from),
                ..EventBody::new(EventKind::NewCall)
            };
            rules.propose(&body, now) == Decision::Reject
        };
        let since = now.plus_seconds(-DAYS * 24 * 3600);
        let callers = self.calls.callers(source, since, MOST_CALLS).await?;
        let looked_at: usize = callers.iter().map(|caller| caller.calls).sum();
        let rejected = callers
            .into_iter()
            .filter(|caller| rejects(caller.from.clone()));
        let calls = rejected.map(|caller| caller.calls).sum();

        let phones = self.directory.contacts();
        let phones = phones.known_between(&ranges, MOST_PHONES).await?;
        let mut contacts_more = phones.len() >= MOST_PHONES;
        let (mut contacts, mut seen) = (Vec::new(), HashSet::new());
        for (key, contact) in phones {
            let phone = Party {
                number: key.digits(),
                key: Some(key),
                name: None,
            };
            if !rejects(phone) || !seen.insert(contact.contact_id) {
                continue;
            }
            if contacts.len() == MOST_CONTACTS {
                contacts_more = true;
                break;
            }
            contacts.push(contact);
        }
        Ok(BlockPreview {
            since,
            calls,
            calls_more: looked_at >= MOST_CALLS,
            contacts,
            contacts_more,
        })
    }
}
