use async_trait::async_trait;
use offhook_core::{SourceId, UnixMillis};

use crate::StoreError;

/// Which dialect a source speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SourceKind {
    /// Zammad's generic CTI.
    Generic,
    /// sipgate.io push API.
    Sipgate,
    /// Placetel Notify API.
    Placetel,
    /// Asterisk and its kin, which we listen to (AMI).
    Asterisk,
    /// FreeSWITCH and its kin, which we listen to (event socket).
    FreeSwitch,
}

impl SourceKind {
    /// Every kind.
    pub const ALL: [Self; 5] = [
        Self::Generic,
        Self::Sipgate,
        Self::Placetel,
        Self::Asterisk,
        Self::FreeSwitch,
    ];

    /// The word for it in commands and the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Generic => "generic",
            Self::Sipgate => "sipgate",
            Self::Placetel => "placetel",
            Self::Asterisk => "asterisk",
            Self::FreeSwitch => "freeswitch",
        }
    }

    /// Whether it is a PBX that we connect to, instead of one that sends us requests.
    pub fn is_listened_to(self) -> bool {
        matches!(self, Self::Asterisk | Self::FreeSwitch)
    }

    /// The kind with exactly this word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }
}

/// SHA-256 of a token. Tokens themselves are not kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TokenHash(pub [u8; 32]);

/// A token that opens a source's endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SourceToken {
    /// What it hashes to.
    pub hash: TokenHash,
    /// From when on it is refused; none for the present one.
    pub expires_at: Option<UnixMillis>,
}

/// One PBX or provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// Its id.
    pub id: SourceId,
    /// Its name, unique in any case.
    pub name: String,
    /// Its dialect.
    pub kind: SourceKind,
    /// Whether its endpoint takes events.
    pub enabled: bool,
    /// Its configuration as JSON text, without secrets.
    pub config: String,
    /// Its secrets, sealed: unreadable without the key file.
    pub sealed_secrets: Option<Vec<u8>>,
    /// Rises with every change; the ETag.
    pub revision: i64,
    /// When it was made.
    pub created_at: UnixMillis,
    /// Taken away; only its calls still name it.
    pub deleted: bool,
    /// The tokens that open it.
    pub tokens: Vec<SourceToken>,
}

/// A source to be made.
#[derive(Debug, Clone, Copy)]
pub struct NewSource<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its dialect.
    pub kind: SourceKind,
    /// Whether it takes events from the start.
    pub enabled: bool,
    /// Its configuration as JSON text, without secrets.
    pub config: &'a str,
    /// Its secrets, sealed.
    pub sealed_secrets: Option<&'a [u8]>,
    /// The token that opens it.
    pub token: TokenHash,
}

/// Versions of the keys that numbers are compared by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyVersions {
    /// The version of the country that is set.
    pub wanted: i64,
    /// The version that every stored key has at least.
    pub reached: i64,
}

/// What administrators may change while the server runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// ISO code of the country that national numbers belong to.
    pub country: String,
    /// IANA name.
    pub time_zone: String,
    /// How many calls Zammad's log shows.
    pub view_limit: i64,
    /// Calls older than this many days are deleted; 0 keeps them.
    pub retention_days: i64,
    /// Recorded requests older than this many days are deleted.
    pub requests_days: i64,
    /// A call that rings longer than this many minutes is lost.
    pub lost_ringing_minutes: i64,
    /// A call answered longer than this many hours ago is lost.
    pub lost_answered_hours: i64,
    /// What a screen pop opens instead of our own page.
    pub pop_url_template: Option<String>,
    /// What we call ourselves in links.
    pub public_url: Option<String>,
    /// Rises with every change; the ETag.
    pub revision: i64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            country: "DE".to_owned(),
            time_zone: "Europe/Berlin".to_owned(),
            view_limit: 60,
            retention_days: 365,
            requests_days: 30,
            lost_ringing_minutes: 60,
            lost_answered_hours: 12,
            pop_url_template: None,
            public_url: None,
            revision: 0,
        }
    }
}

/// Sources and settings: what the server reads into memory and follows by its revision.
#[async_trait]
pub trait SourceStore: Send + Sync {
    /// A number that rises with every change of sources, users, or settings, also by other
    /// processes.
    async fn config_revision(&self) -> Result<i64, StoreError>;

    /// Every source, deleted ones included, in order of id.
    async fn sources(&self) -> Result<Vec<Source>, StoreError>;

    /// Makes a source. Conflicts: the name or the token is taken.
    async fn add_source(&self, new: &NewSource<'_>, at: UnixMillis) -> Result<Source, StoreError>;

    /// Keeps name, enabled, config and secrets of `source`, whose `revision` must be that in the
    /// store (else [`Conflict::Stale`](crate::Conflict::Stale)). `None` when it is gone.
    async fn update_source(&self, source: &Source) -> Result<Option<Source>, StoreError>;

    /// Gives a source a new token; the ones it has are refused from `old_until` on. `None` when it
    /// is gone.
    async fn rotate_source_token(
        &self,
        id: SourceId,
        token: TokenHash,
        old_until: UnixMillis,
    ) -> Result<Option<Source>, StoreError>;

    /// Takes a source away; its calls stay. False when it is gone already.
    async fn delete_source(&self, id: SourceId) -> Result<bool, StoreError>;

    /// The settings.
    async fn settings(&self) -> Result<Settings, StoreError>;

    /// Keeps settings, whose `revision` must be that in the store. Another country makes another
    /// version of the keys of numbers.
    async fn update_settings(&self, settings: &Settings) -> Result<Settings, StoreError>;

    /// Which version the keys of numbers should have, and which all of them have.
    async fn key_versions(&self) -> Result<KeyVersions, StoreError>;

    /// All keys of numbers have this version now.
    async fn keys_are_of(&self, version: i64) -> Result<(), StoreError>;
}
