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
    /// What the user may do beyond that: `dial`.
    permissions: Vec<&'static str>,
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
    /// Whether the browser shows a notification when it rings.
    pub(super) notifications: bool,
    /// Null for the browser's.
    pub(super) language: Option<Language>,
    /// Null for the system's.
    pub(super) theme: Option<Theme>,
    /// When the browser opens who is on the phone, each once; empty for never.
    pub(super) pop: Vec<PopOn>,
    /// Whether rows are low.
    pub(super) compact: bool,
    /// Whether single letters are commands.
    pub(super) single_keys: bool,
    /// What the page keeps besides.
    #[serde(flatten)]
    #[schema(additional_properties)]
    pub(super) more: serde_json::Map<String, serde_json::Value>,
}

/// A language of the page.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Language {
    /// English.
    En,
    /// German.
    De,
}

/// How the page looks.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Theme {
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

/// When the browser opens who is on the phone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum PopOn {
    /// A call rings for the user.
    Ring,
    /// The user answers.
    Answer,
    /// The user calls somebody.
    Outgoing,
}

impl Default for Preferences {
    fn default() -> Self {
        Self {
            phone: true,
            sound: true,
            notifications: true,
            language: None,
            theme: None,
            pop: vec![PopOn::Answer],
            compact: false,
            single_keys: true,
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
            permissions: user.permissions.iter().map(|one| one.as_str()).collect(),
            preferences: Preferences::of(user),
        }
    }
}
