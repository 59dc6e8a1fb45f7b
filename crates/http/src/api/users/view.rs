use offhook_core::access::Role;
use offhook_engine::store::User;
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::rfc3339;
use crate::problem::Problem;

/// Longer texts are refused.
const MOST_CHARACTERS: usize = 250;
/// More phones are refused.
const MOST_PHONES: usize = 50;

/// Someone who signs in.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = User)]
pub(super) struct UserView {
    id: i64,
    login: String,
    name: String,
    email: String,
    /// Own numbers and extensions.
    phones: Vec<String>,
    /// `agent` or `admin`.
    role: &'static str,
    /// Whether it may sign in.
    active: bool,
    created_at: String,
}

impl From<&User> for UserView {
    fn from(user: &User) -> Self {
        Self {
            id: user.id.0,
            login: user.login.clone(),
            name: user.name.clone(),
            email: user.email.clone(),
            phones: user.phones.clone(),
            role: user.role.as_str(),
            active: user.active,
            created_at: rfc3339(user.created_at),
        }
    }
}

pub(super) fn role(word: &str) -> Result<Role, Problem> {
    Role::from_word(word).ok_or_else(|| Problem::invalid("role", "must be agent or admin"))
}

pub(super) fn login(text: &str) -> Result<String, Problem> {
    let login = bounded("login", text)?;
    if login.is_empty() {
        return Err(Problem::invalid("login", "must not be empty"));
    }
    Ok(login)
}

pub(super) fn bounded(field: &str, text: &str) -> Result<String, Problem> {
    let text = text.trim();
    if text.chars().count() > MOST_CHARACTERS {
        return Err(Problem::invalid(
            field,
            format!("at most {MOST_CHARACTERS} characters"),
        ));
    }
    if text.chars().any(char::is_control) {
        return Err(Problem::invalid(field, "must be one line of text"));
    }
    Ok(text.to_owned())
}

pub(super) fn phones(phones: &[String]) -> Result<Vec<String>, Problem> {
    if phones.len() > MOST_PHONES {
        return Err(Problem::invalid("phones", format!("at most {MOST_PHONES}")));
    }
    phones
        .iter()
        .enumerate()
        .map(|(place, phone)| {
            let field = format!("phones[{place}]");
            let phone = bounded(&field, phone)?;
            if phone.is_empty() {
                Err(Problem::invalid(field, "must not be empty"))
            } else {
                Ok(phone)
            }
        })
        .collect()
}
