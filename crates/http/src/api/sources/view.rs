use offhook_core::{SourceId, UnixMillis};
use offhook_engine::configuration::{LiveSource, Snapshot, source_name};
use offhook_engine::store::{Source, SourceKind};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::api::rfc3339;
use crate::problem::Problem;

/// A PBX or provider.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Source)]
pub(super) struct SourceView {
    id: i64,
    name: String,
    /// `generic`, `sipgate`, `placetel`, `asterisk` or `freeswitch`.
    kind: &'static str,
    /// Whether its endpoint takes events, or we listen to it.
    enabled: bool,
    /// In the keys of Zammad's settings, without secrets.
    config: Value,
    created_at: String,
    /// Until when older URLs work on; null when they do not.
    old_url_until: Option<String>,
}

/// A source with its URL, shown this once.
#[derive(Serialize, ToSchema)]
pub(super) struct SourceWithUrl {
    #[serde(flatten)]
    pub(super) view: SourceView,
    /// Where the PBX sends its events; sipgate has another one for `out`.
    pub(super) endpoint_url: String,
    /// All of them, a direction each where there are several.
    pub(super) endpoint_urls: Vec<String>,
}

impl SourceView {
    pub(super) fn new(source: &Source, now: UnixMillis) -> Self {
        let old = source
            .tokens
            .iter()
            .filter_map(|token| token.expires_at)
            .filter(|until| now < *until)
            .max();
        Self {
            id: source.id.0,
            name: source.name.clone(),
            kind: source.kind.as_str(),
            enabled: source.enabled,
            // It was JSON when it was stored.
            config: serde_json::from_str(&source.config).unwrap_or(Value::Null),
            created_at: rfc3339(source.created_at),
            old_url_until: old.map(rfc3339),
        }
    }
}

impl SourceWithUrl {
    pub(super) fn new(source: &Source, now: UnixMillis, base: &str, token: &str) -> Self {
        let urls = offhook_engine::source_urls(base, source.kind, token);
        Self {
            view: SourceView::new(source, now),
            endpoint_url: urls.first().cloned().unwrap_or_default(),
            endpoint_urls: urls,
        }
    }
}

/// A source that is not deleted.
pub(super) fn find(snapshot: &Snapshot, id: i64) -> Result<&LiveSource, Problem> {
    let live = snapshot
        .source(SourceId(id))
        .filter(|live| !live.source.deleted);
    live.map(AsRef::as_ref)
        .ok_or_else(|| Problem::not_found("source"))
}

pub(super) fn kind(word: &str) -> Result<SourceKind, Problem> {
    SourceKind::from_word(word).ok_or_else(|| {
        Problem::invalid(
            "kind",
            "must be generic, sipgate, placetel, asterisk or freeswitch",
        )
    })
}

pub(super) fn name(text: &str) -> Result<String, Problem> {
    source_name(text).map_err(|why| Problem::invalid("name", why))
}
