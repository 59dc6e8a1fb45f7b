use std::sync::Arc;

use offhook_core::ContactId;
use offhook_core::access::Visibility;
use offhook_core::identify::Level;
use offhook_core::number::{Country, NumberKey, extract};
use offhook_store::{CallQuery, CallStore, Contact, ContactDraft, ContactNumber, StoreError};
use tracing::warn;

use super::Directory;
use crate::clock::Clock;
use crate::configuration::Configuration;
use crate::live::{Change, Hub};

/// Calls of the last day whose names are announced anew; with more, listeners reload.
const MOST_ANNOUNCED: usize = 100;
const DAY_SECONDS: i64 = 24 * 3600;

/// Keeps contacts, and tells listeners whose names changed.
#[derive(Debug)]
pub struct Contacts {
    pub(super) directory: Arc<Directory>,
    calls: Calls,
    hub: Arc<Hub>,
    pub(super) configuration: Arc<Configuration>,
    pub(super) clock: Arc<dyn Clock>,
}

struct Calls(Arc<dyn CallStore>);

impl std::fmt::Debug for Calls {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Calls")
    }
}

impl Contacts {
    /// Contacts of this directory.
    pub fn new(
        directory: Arc<Directory>,
        calls: Arc<dyn CallStore>,
        hub: Arc<Hub>,
        configuration: Arc<Configuration>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self {
            directory,
            calls: Calls(calls),
            hub,
            configuration,
            clock,
        }
    }

    /// Makes a contact.
    pub async fn add(&self, draft: &ContactDraft) -> Result<Contact, StoreError> {
        let numbers = numbers(draft, self.configuration.now().country);
        let store = self.directory.contacts();
        let contact = store.add_contact(draft, &numbers, self.clock.now()).await?;
        self.announce(numbers.iter().map(|number| number.key).collect())
            .await;
        Ok(contact)
    }

    /// Changes a contact; with `expected` revision, only that one. `None` when it is gone.
    pub async fn update(
        &self,
        id: ContactId,
        expected: Option<i64>,
        draft: &ContactDraft,
    ) -> Result<Option<Contact>, StoreError> {
        let numbers = numbers(draft, self.configuration.now().country);
        let store = self.directory.contacts();
        let mut concerned = self.keys_of(id).await?;
        let contact = store
            .update_contact(id, expected, draft, &numbers, self.clock.now())
            .await?;
        if contact.is_some() {
            concerned.extend(numbers.iter().map(|number| number.key));
            self.announce(concerned).await;
        }
        Ok(contact)
    }

    /// Deletes a contact; with `expected` revision, only that one. False when it is gone.
    pub async fn delete(&self, id: ContactId, expected: Option<i64>) -> Result<bool, StoreError> {
        let concerned = self.keys_of(id).await?;
        let deleted = self
            .directory
            .contacts()
            .delete_contact(id, expected)
            .await?;
        if deleted {
            self.announce(concerned).await;
        }
        Ok(deleted)
    }

    pub(super) async fn keys_of(&self, id: ContactId) -> Result<Vec<NumberKey>, StoreError> {
        let numbers = self.directory.contacts().numbers_of(id).await?;
        Ok(numbers.into_iter().map(|number| number.key).collect())
    }

    /// The calls of the last day with these numbers have other names now.
    pub(super) async fn announce(&self, keys: Vec<NumberKey>) {
        if keys.is_empty() {
            return;
        }
        let now = self.clock.now();
        let mut query = CallQuery::newest(Visibility::All, MOST_ANNOUNCED);
        query.since = Some(now.plus_seconds(-DAY_SECONDS));
        query.numbers = Some(keys);
        match self.calls.0.calls(&query).await {
            Ok(page) if page.next.is_none() => {
                let calls = page.items.into_iter();
                self.hub
                    .announce(calls.map(|call| Change::quiet(call, now)).collect());
            }
            Ok(_) => self.hub.resync(),
            Err(error) => {
                warn!(%error, "the calls of a changed contact could not be read");
                self.hub.resync();
            }
        }
    }
}

/// The numbers in a contact's note that are none of its phones: they may be its own.
pub fn numbers_in_note(draft: &ContactDraft, country: Country) -> Vec<NumberKey> {
    let known: Vec<NumberKey> = phones(draft, country).collect();
    let mut found = extract(&draft.note, country);
    found.retain(|key| !known.contains(key));
    found
}

fn phones(draft: &ContactDraft, country: Country) -> impl Iterator<Item = NumberKey> {
    let phones = draft.phones.iter();
    phones.filter_map(move |phone| NumberKey::of(phone, country))
}

/// The numbers that lead to a contact: its phones are known ones, those in its note may be.
pub(crate) fn numbers(draft: &ContactDraft, country: Country) -> Vec<ContactNumber> {
    let maybe = numbers_in_note(draft, country);
    let mut numbers: Vec<ContactNumber> = phones(draft, country)
        .map(|key| ContactNumber {
            key,
            level: Level::Known,
        })
        .chain(maybe.into_iter().map(|key| ContactNumber {
            key,
            level: Level::Maybe,
        }))
        .collect();
    let mut seen = std::collections::HashSet::new();
    numbers.retain(|number| seen.insert(*number));
    numbers
}
