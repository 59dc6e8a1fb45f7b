//! Two contacts that are one person.

use offhook_core::number::{Country, NumberKey};
use offhook_store::{Contact, ContactDraft, StoreError};

use super::{Contacts, numbers};

impl Contacts {
    /// What is known about either: the first one's texts, the other's where it has none, the phones
    /// and addresses of both, each once, and both notes.
    pub fn both(&self, one: &ContactDraft, other: &ContactDraft) -> ContactDraft {
        both(one, other, self.configuration.now().country)
    }

    /// Makes one contact of two as they were read: the first is `draft` now, the other is deleted.
    /// `None` when either is gone, a conflict when either was changed since.
    pub async fn merge(
        &self,
        one: &Contact,
        other: &Contact,
        draft: &ContactDraft,
    ) -> Result<Option<Contact>, StoreError> {
        let numbers = numbers(draft, self.configuration.now().country);
        let mut concerned = self.keys_of(one.id).await?;
        concerned.extend(self.keys_of(other.id).await?);
        let ids = [one, other].map(|contact| (contact.id, Some(contact.revision)));
        let store = self.directory.contacts();
        let merged = store
            .merge_contacts(ids[0], ids[1], draft, &numbers, self.clock.now())
            .await?;
        if merged.is_some() {
            concerned.extend(numbers.iter().map(|number| number.key));
            self.announce(concerned).await;
        }
        Ok(merged)
    }
}

fn both(one: &ContactDraft, other: &ContactDraft, country: Country) -> ContactDraft {
    let text = |one: &String, other: &String| if one.is_empty() { other } else { one }.clone();
    let note = match (one.note.trim(), other.note.trim()) {
        (note, also) if also.is_empty() || note.contains(also) => one.note.clone(),
        ("", _) => other.note.clone(),
        (note, also) => format!("{note}\n\n{also}"),
    };
    ContactDraft {
        name: text(&one.name, &other.name),
        organization: text(&one.organization, &other.organization),
        phones: each_once(&one.phones, &other.phones, |phone| {
            let key = NumberKey::of(phone, country);
            key.map_or_else(|| phone.trim().to_lowercase(), |key| key.0.to_string())
        }),
        emails: each_once(&one.emails, &other.emails, |email| {
            email.trim().to_lowercase()
        }),
        note,
        url: text(&one.url, &other.url),
    }
}

/// Both lists without what is the same, in the spelling that comes first.
fn each_once(one: &[String], other: &[String], same: impl Fn(&str) -> String) -> Vec<String> {
    let mut seen = std::collections::HashSet::new();
    let all = one.iter().chain(other);
    all.filter(|text| seen.insert(same(text)))
        .cloned()
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft(texts: [&str; 4], phones: &[&str], emails: &[&str]) -> ContactDraft {
        let [name, organization, note, url] = texts.map(str::to_owned);
        let list = |texts: &[&str]| texts.iter().map(ToString::to_string).collect();
        ContactDraft {
            name,
            organization,
            phones: list(phones),
            emails: list(emails),
            note,
            url,
        }
    }

    #[test]
    fn nothing_is_lost_and_nothing_is_twice() {
        let nobody = || draft([""; 4], &[], &[]);
        let anna = || {
            let texts = ["Anna", "", "likes tea", "http://a"];
            draft(texts, &["030 1234567", "201"], &["Anna@x.de"])
        };
        let cases = [
            (nobody(), anna(), anna()),
            (anna(), nobody(), anna()),
            (anna(), anna(), anna()),
            (
                anna(),
                draft(
                    ["Anne", "Awesome", "tea", "http://b"],
                    &["+49 30 1234567", "0201", "Door"],
                    &["anna@x.de", "b@x.de"],
                ),
                draft(
                    ["Anna", "Awesome", "likes tea", "http://a"],
                    &["030 1234567", "201", "0201", "Door"],
                    &["Anna@x.de", "b@x.de"],
                ),
            ),
            (
                draft(["", "", "one\n", ""], &[], &[]),
                draft(["", "", "two", ""], &["door"], &[]),
                draft(["", "", "one\n\ntwo", ""], &["door"], &[]),
            ),
        ];
        for (one, other, expected) in cases {
            assert_eq!(both(&one, &other, Country::default()), expected);
        }
    }
}
