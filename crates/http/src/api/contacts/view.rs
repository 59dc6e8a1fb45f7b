use offhook_core::number::{Country, NumberKey, pretty};
use offhook_engine::directory::numbers_in_note;
use offhook_engine::store::Contact;
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::rfc3339;

/// A person or company outside.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Contact)]
pub(super) struct ContactView {
    id: i64,
    name: String,
    organization: String,
    /// Numbers as typed.
    phones: Vec<String>,
    /// The same numbers as they are read, in order.
    numbers: Vec<NumberView>,
    emails: Vec<String>,
    /// Free text; numbers in it may be this contact's.
    note: String,
    url: String,
    created_at: String,
    updated_at: String,
}

/// A contact with what is read out of its note, which takes too long for many.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ContactDetail)]
pub(super) struct ContactDetail {
    #[serde(flatten)]
    contact: ContactView,
    /// The numbers in its note that are none of `numbers`: they may be its own.
    note_numbers: Vec<NumberView>,
}

impl ContactDetail {
    pub(super) fn new(contact: &Contact, country: Country) -> Self {
        let found = numbers_in_note(&contact.draft, country).into_iter();
        let number = |key: NumberKey| Some(NumberView::new(&format!("+{}", key.e164()?), country));
        Self {
            contact: ContactView::new(contact, country),
            note_numbers: found.filter_map(number).collect(),
        }
    }
}

/// A contact in a list.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ListedContact {
    #[serde(flatten)]
    pub(super) contact: ContactView,
    /// When the newest call that you may see of those with `contact_id` began; null if none did.
    pub(super) last_call_at: Option<String>,
}

/// A number in its three forms.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Number)]
pub(crate) struct NumberView {
    /// As typed or sent.
    pub(super) number: String,
    /// E.164 digits, or null.
    pub(super) e164: Option<String>,
    /// For people; empty for withheld numbers.
    pub(super) pretty: String,
}

impl NumberView {
    pub(crate) fn new(number: &str, country: Country) -> Self {
        let key = NumberKey::of(number, country);
        Self {
            number: number.to_owned(),
            e164: key.and_then(NumberKey::e164),
            pretty: pretty(number, key),
        }
    }
}

impl ContactView {
    pub(super) fn new(contact: &Contact, country: Country) -> Self {
        let draft = &contact.draft;
        Self {
            id: contact.id.0,
            name: draft.name.clone(),
            organization: draft.organization.clone(),
            numbers: (draft.phones.iter())
                .map(|phone| NumberView::new(phone, country))
                .collect(),
            phones: draft.phones.clone(),
            emails: draft.emails.clone(),
            note: draft.note.clone(),
            url: draft.url.clone(),
            created_at: rfc3339(contact.created_at),
            updated_at: rfc3339(contact.updated_at),
        }
    }
}
