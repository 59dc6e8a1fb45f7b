//! The one way in which an existing source is changed.

use http::HeaderMap;
use offhook_core::SourceId;
use offhook_core::number::Country;
use offhook_engine::configuration::{check_config, check_kind, keep_connection, split_secrets};
use offhook_engine::store::{Source, SourceKind};
use serde_json::Value;
use tracing::info;

use super::view::find;
use crate::App;
use crate::api::{if_match, same_revision, with_retries};
use crate::auth::SignedIn;
use crate::problem::Problem;

/// Lets `change` change the source, which must be the one that `If-Match` means, and keeps it.
pub(super) async fn save(
    app: &App,
    by: &SignedIn,
    headers: &HeaderMap,
    id: i64,
    change: impl Fn(&mut Source) -> Result<(), Problem>,
) -> Result<Source, Problem> {
    let expected = if_match(headers)?;
    let saved = with_retries(expected, || async {
        // What another process changed counts as well.
        app.configuration.reload().await?;
        let mut source = find(&app.configuration.now(), id)?.source.clone();
        same_revision(expected, source.revision)?;
        change(&mut source)?;
        let saved = app.configuration.sources().update_source(&source).await?;
        saved.ok_or_else(|| Problem::not_found("source"))
    });
    let saved = saved.await?;
    take_up(app, saved.id).await?;
    let by = &by.identity.user.user.login;
    info!(target: "audit", by, source = saved.name, "changed a source");
    Ok(saved)
}

/// The configuration of a source is that in the store from now on. Where it is passed on, all that
/// comes is told from now on, and nothing that was before.
pub(super) async fn take_up(app: &App, id: SourceId) -> Result<(), Problem> {
    app.configuration.reload().await?;
    let snapshot = app.configuration.now();
    if (snapshot.source(id)).is_some_and(|live| live.config.forward.is_some()) {
        app.outbox.spool.spool_new(id, 1).await?;
    }
    Ok(())
}

/// Checks a configuration and puts it into the source, its secrets apart.
pub(super) fn set_config(app: &App, source: &mut Source, mut config: Value) -> Result<(), Problem> {
    let before = serde_json::from_str(&source.config).unwrap_or(Value::Null);
    keep_connection(&mut config, &before);
    check_connection(source.kind, &config)?;
    check(&config, app.configuration.now().country)?;
    let key = app.configuration.key();
    let (shown, sealed) = split_secrets(config, source.sealed_secrets.as_deref(), key);
    source.config = shown.to_string();
    source.sealed_secrets = sealed;
    Ok(())
}

/// Says where a source of this kind says too little or too much of its connection.
pub(super) fn check_connection(kind: SourceKind, config: &Value) -> Result<(), Problem> {
    check_kind(kind, config).map_err(|(field, why)| Problem::invalid(field, why))
}

/// Says of a configuration what is wrong with it first.
pub(super) fn check(config: &Value, country: Country) -> Result<(), Problem> {
    check_config(config, country).map_err(|problems| match problems.first() {
        Some(first) => {
            let field = if first.path.is_empty() {
                "config".to_owned()
            } else {
                format!("config.{}", first.path)
            };
            Problem::invalid(field, first.why)
        }
        None => Problem::invalid("config", "makes no sense"),
    })
}
