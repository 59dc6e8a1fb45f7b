use axum::extract::{Extension, State};
use axum::response::Response;
use http::{HeaderMap, StatusCode};
use offhook_core::SourceId;
use offhook_engine::access::{hash_token, new_token};
use offhook_engine::configuration::overlap_seconds;
use serde::Deserialize;
use tracing::info;
use utoipa::ToSchema;

use super::view::{SourceWithUrl, find};
use crate::App;
use crate::api::{ApiJson, ApiPath, if_match, with_etag};
use crate::auth::Admin;
use crate::layers::Client;
use crate::problem::Problem;

/// How to change over.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Rotation {
    /// How many hours the old URL works on.
    overlap_hours: u32,
}

/// Give a source a new URL; the answer alone has it
#[utoipa::path(post, path = "/api/v1/sources/{id}/rotate", tag = "sources",
    params(("id" = i64, Path)), request_body = Rotation,
    responses((status = 201, body = SourceWithUrl), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 412, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn handler(
    State(app): State<App>,
    Extension(client): Extension<Client>,
    Admin(admin): Admin,
    ApiPath(id): ApiPath<i64>,
    headers: HeaderMap,
    ApiJson(rotation): ApiJson<Rotation>,
) -> Result<Response, Problem> {
    let overlap = overlap_seconds(rotation.overlap_hours)
        .map_err(|why| Problem::invalid("overlap_hours", why))?;
    let expected = if_match(&headers)?;
    // What another process changed counts as well.
    app.configuration.reload().await?;
    let revision = find(&app.configuration.now(), id)?.source.revision;
    if expected.is_some_and(|expected| expected != revision) {
        return Err(Problem::stale());
    }
    let token = new_token();
    let now = app.now();
    let until = now.plus_seconds(overlap);
    let sources = app.configuration.sources();
    let source = sources
        .rotate_source_token(SourceId(id), hash_token(&token.0), until)
        .await?;
    let source = source.ok_or_else(|| Problem::not_found("source"))?;
    app.configuration.reload().await?;
    let by = &admin.identity.user.user.login;
    info!(target: "audit", by, source = source.name, "gave a source a new URL");
    let base = app.public_url(Some(&client));
    let body = SourceWithUrl::new(&source, now, &base, &token.0);
    Ok(with_etag(StatusCode::CREATED, source.revision, body))
}
