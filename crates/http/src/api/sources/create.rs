use axum::extract::{Extension, State};
use axum::response::Response;
use http::StatusCode;
use offhook_engine::access::{hash_token, new_token, own_token};
use offhook_engine::configuration::{ConnectionDraft, empty_config, split_secrets};
use offhook_engine::store::NewSource;
use serde::Deserialize;
use serde_json::Value;
use tracing::info;
use utoipa::ToSchema;

use super::save::{check, check_connection, take_up};
use super::view::{self, SourceWithUrl};
use crate::App;
use crate::api::{ApiJson, with_etag};
use crate::auth::Admin;
use crate::layers::Client;
use crate::problem::Problem;

/// A source to be made.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SourceDraft {
    name: String,
    /// `generic`, `sipgate`, `placetel`, `asterisk` or `freeswitch`.
    kind: String,
    /// Whether it takes events from the start; it does where it is not said.
    enabled: Option<bool>,
    /// To keep a token that a PBX already uses.
    token: Option<String>,
    /// In the keys of Zammad's settings; starts empty.
    config: Option<Value>,
    /// Where a PBX is that we listen to: `HOST` or `HOST:PORT`.
    address: Option<String>,
    /// The manager's account (asterisk).
    username: Option<String>,
    /// Its password, or the event socket's (freeswitch). Never shown again.
    secret: Option<String>,
    /// Whether the connection is encrypted.
    tls: Option<bool>,
    /// Which channels lead outside: names, `*` allowed. Without, they are told by how they look.
    trunks: Option<Vec<String>>,
}

/// Make a source; the answer alone has its URL
#[utoipa::path(post, path = "/api/v1/sources", tag = "sources", request_body = SourceDraft,
    responses((status = 201, body = SourceWithUrl), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem)))]
pub(super) async fn handler(
    State(app): State<App>,
    Extension(client): Extension<Client>,
    Admin(admin): Admin,
    ApiJson(draft): ApiJson<SourceDraft>,
) -> Result<Response, Problem> {
    let (name, kind) = (view::name(&draft.name)?, view::kind(&draft.kind)?);
    let token = match draft.token {
        None => new_token(),
        Some(token) => own_token(token).map_err(|why| Problem::invalid("token", why))?,
    };
    let mut config = match draft.config {
        None => empty_config(),
        Some(config) => config,
    };
    let connection = ConnectionDraft {
        address: draft.address,
        username: draft.username,
        secret: draft.secret,
        tls: draft.tls,
        trunks: draft.trunks,
    };
    connection.put_into(&mut config);
    check_connection(kind, &config)?;
    check(&config, app.configuration.now().country)?;
    let (shown, sealed) = split_secrets(config, None, app.configuration.key());
    let now = app.now();
    let new = NewSource {
        name: &name,
        kind,
        enabled: draft.enabled.unwrap_or(true),
        config: &shown.to_string(),
        sealed_secrets: sealed.as_deref(),
        token: hash_token(&token.0),
    };
    let source = app.configuration.sources().add_source(&new, now).await?;
    take_up(&app, source.id).await?;
    info!(target: "audit", by = admin.identity.user.user.login, source = name, "made a source");
    let base = app.public_url(Some(&client));
    let body = SourceWithUrl::new(&source, now, &base, &token.0);
    Ok(with_etag(StatusCode::CREATED, source.revision, body))
}
