use std::collections::HashSet;

use offhook_core::CallId;
use offhook_core::call::Party;
use offhook_core::number::Country;
use offhook_store::{ContactNumber, StoreError};
use tracing::info;

use super::{Jobs, SLICE, every, warn_of};
use crate::directory::numbers;

/// Contacts read at a time.
const PAGE: usize = 200;

impl Jobs {
    /// Another country gives numbers other keys: whenever it was changed, reads all of them anew.
    pub(super) async fn follow_country(&self) {
        let mut looks = every(std::time::Duration::from_secs(1));
        loop {
            looks.tick().await;
            warn_of("reading numbers anew", self.reread_when_changed().await);
        }
    }

    async fn reread_when_changed(&self) -> Result<(), StoreError> {
        let sources = self.configuration.sources();
        let versions = sources.key_versions().await?;
        if versions.wanted == versions.reached {
            return Ok(());
        }
        // What comes in from now on is read with this country.
        self.configuration.reload().await?;
        let country = self.configuration.now().country;
        info!(country = country.code(), "reading all numbers anew");
        // A contact is found by its old numbers and its new ones until every call has new ones.
        self.reread_contacts(country, true).await?;
        let read = |number: &str| Party::read(number, country);
        let mut after = CallId(0);
        while let Some(last) = self.calls.reread_numbers(after, SLICE, &read).await? {
            after = last;
            tokio::task::yield_now().await;
        }
        self.reread_contacts(country, false).await?;
        sources.keys_are_of(versions.wanted).await?;
        self.hub.resync();
        info!("all numbers are read anew");
        Ok(())
    }

    async fn reread_contacts(&self, country: Country, keep_old: bool) -> Result<(), StoreError> {
        let contacts = self.directory.contacts();
        let mut after = None;
        loop {
            let page = contacts.contacts(None, after, PAGE).await?;
            for contact in page.items {
                let old = contacts.numbers_of(contact.id).await?;
                let mut new = numbers(&contact.draft, country);
                if keep_old {
                    let known: HashSet<ContactNumber> = new.iter().copied().collect();
                    new.extend(old.iter().filter(|number| !known.contains(number)));
                }
                let same = |numbers: &[ContactNumber]| -> HashSet<ContactNumber> {
                    numbers.iter().copied().collect()
                };
                if same(&old) == same(&new) {
                    continue;
                }
                let (revision, at) = (Some(contact.revision), contact.updated_at);
                let kept = contacts
                    .update_contact(contact.id, revision, &contact.draft, &new, at)
                    .await;
                match kept {
                    // Who changed it meanwhile read its numbers with the new country.
                    Ok(_) | Err(StoreError::Conflict(_)) => {}
                    Err(error) => return Err(error),
                }
            }
            after = page.next;
            if after.is_none() {
                return Ok(());
            }
        }
    }
}
