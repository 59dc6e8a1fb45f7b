use offhook_core::access::{Permission, Role};
use offhook_engine::store::User;
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::rfc3339;
use crate::problem::Problem;

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
    /// What it may do beyond that: `dial`.
    permissions: Vec<&'static str>,
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
            permissions: user.permissions.iter().map(|one| one.as_str()).collect(),
            active: user.active,
            created_at: rfc3339(user.created_at),
        }
    }
}

pub(super) fn permissions(words: &[String]) -> Result<Vec<Permission>, Problem> {
    let read = |(place, word): (usize, &String)| {
        Permission::from_word(word)
            .ok_or_else(|| Problem::invalid(format!("permissions[{place}]"), "must be dial"))
    };
    words.iter().enumerate().map(read).collect()
}

pub(super) fn role(word: &str) -> Result<Role, Problem> {
    Role::from_word(word).ok_or_else(|| Problem::invalid("role", "must be agent or admin"))
}
