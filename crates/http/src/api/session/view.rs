use offhook_engine::store::User;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Who is signed in.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Me)]
pub(crate) struct MeView {
    id: i64,
    login: String,
    name: String,
    email: String,
    /// Own numbers and extensions.
    phones: Vec<String>,
    /// `agent` or `admin`.
    role: &'static str,
    preferences: Preferences,
}

/// What a user set for its own browser.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub(crate) struct Preferences {
    /// Whether calls ring and pop.
    pub(super) phone: bool,
    /// Whether ringing makes a sound.
    pub(super) sound: bool,
    /// `en`, `de`, or null for the browser's.
    pub(super) language: Option<String>,
    /// What the page keeps besides.
    #[serde(flatten)]
    #[schema(additional_properties)]
    pub(super) more: serde_json::Map<String, serde_json::Value>,
}

impl Default for Preferences {
    fn default() -> Self {
        Self {
            phone: true,
            sound: true,
            language: None,
            more: serde_json::Map::new(),
        }
    }
}

impl Preferences {
    pub(super) fn of(user: &User) -> Self {
        serde_json::from_str(&user.preferences).unwrap_or_default()
    }
}

impl From<&User> for MeView {
    fn from(user: &User) -> Self {
        Self {
            id: user.id.0,
            login: user.login.clone(),
            name: user.name.clone(),
            email: user.email.clone(),
            phones: user.phones.clone(),
            role: user.role.as_str(),
            preferences: Preferences::of(user),
        }
    }
}
