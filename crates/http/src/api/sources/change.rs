use axum::extract::State;
use axum::response::Response;
use http::{HeaderMap, StatusCode};
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::save::{save, set_config};
use super::view::{self, SourceView};
use crate::App;
use crate::api::{ApiJson, ApiPath, with_etag};
use crate::auth::Admin;
use crate::problem::Problem;

/// What to change of a source; what is left out stays.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct SourcePatch {
    name: Option<String>,
    enabled: Option<bool>,
    /// The whole configuration anew; secrets that it does not name stay.
    config: Option<Value>,
}

/// Change a source
#[utoipa::path(patch, path = "/api/v1/sources/{id}", tag = "sources", params(("id" = i64, Path)),
    request_body = SourcePatch,
    responses((status = 200, body = SourceView), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem), (status = 412, body = Problem),
        (status = 422, body = Problem)))]
pub(super) async fn handler(
    State(app): State<App>,
    Admin(admin): Admin,
    ApiPath(id): ApiPath<i64>,
    headers: HeaderMap,
    ApiJson(patch): ApiJson<SourcePatch>,
) -> Result<Response, Problem> {
    let source = save(&app, &admin, &headers, id, |source| {
        if let Some(name) = &patch.name {
            source.name = view::name(name)?;
        }
        if let Some(enabled) = patch.enabled {
            source.enabled = enabled;
        }
        if let Some(config) = &patch.config {
            set_config(&app, source, config.clone())?;
        }
        Ok(())
    });
    let source = source.await?;
    Ok(with_etag(
        StatusCode::OK,
        source.revision,
        SourceView::new(&source, app.now()),
    ))
}
