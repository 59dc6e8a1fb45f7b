use offhook_engine::store::ContactDraft;
use offhook_engine::text::{full_lines, line};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::problem::Problem;

/// Longer notes are refused.
const MOST_NOTE: usize = 20_000;
/// More phones or e-mail addresses are refused.
const MOST_ENTRIES: usize = 100;

/// What is known about a contact; what is left out stays as it is, or is empty on a new one.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct ContactFields {
    pub(super) name: Option<String>,
    pub(super) organization: Option<String>,
    /// Numbers in any spelling.
    pub(super) phones: Option<Vec<String>>,
    pub(super) emails: Option<Vec<String>>,
    /// Free text; numbers in it may be this contact's.
    pub(super) note: Option<String>,
    /// A page about it: `http://` or `https://`.
    pub(super) url: Option<String>,
}

impl ContactFields {
    /// Puts the fields into a draft, each checked.
    pub(super) fn apply(self, draft: &mut ContactDraft) -> Result<(), Problem> {
        if let Some(name) = self.name {
            draft.name = line("name", &name)?;
        }
        if let Some(organization) = self.organization {
            draft.organization = line("organization", &organization)?;
        }
        if let Some(phones) = self.phones {
            draft.phones = full_lines("phones", &phones, MOST_ENTRIES)?;
        } else if draft.phones.len() > MOST_ENTRIES {
            // Those of two contacts.
            return Err(Problem::invalid(
                "phones",
                format!("at most {MOST_ENTRIES}"),
            ));
        }
        if let Some(emails) = self.emails {
            draft.emails = full_lines("emails", &emails, MOST_ENTRIES)?;
        } else if draft.emails.len() > MOST_ENTRIES {
            return Err(Problem::invalid(
                "emails",
                format!("at most {MOST_ENTRIES}"),
            ));
        }
        if let Some(note) = self.note {
            draft.note = note;
        }
        if draft.note.chars().count() > MOST_NOTE {
            let why = format!("at most {MOST_NOTE} characters");
            return Err(Problem::invalid("note", why));
        }
        if let Some(url) = self.url {
            let lower = url.trim().to_ascii_lowercase();
            // Others could run a script in the browser of who clicks on it.
            if !(lower.is_empty() || lower.starts_with("http://") || lower.starts_with("https://"))
            {
                return Err(Problem::invalid(
                    "url",
                    "must begin with http:// or https://",
                ));
            }
            draft.url = line("url", &url)?;
        }
        if draft.name.is_empty() && draft.organization.is_empty() && draft.phones.is_empty() {
            return Err(Problem::invalid(
                "name",
                "a name, an organization or a phone is needed",
            ));
        }
        Ok(())
    }
}
