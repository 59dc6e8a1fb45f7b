use axum::extract::State;
use axum::response::Response;
use http::{HeaderMap, StatusCode};
use serde_json::Value;

use super::save::{save, set_config};
use super::view::SourceView;
use crate::App;
use crate::api::{ApiJson, ApiPath, with_etag};
use crate::auth::Admin;
use crate::problem::Problem;

/// Replace a source's configuration; secrets that it does not name stay
#[utoipa::path(put, path = "/api/v1/sources/{id}/config", tag = "sources",
    params(("id" = i64, Path)), request_body = Object,
    responses((status = 200, body = SourceView), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 412, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn handler(
    State(app): State<App>,
    Admin(admin): Admin,
    ApiPath(id): ApiPath<i64>,
    headers: HeaderMap,
    ApiJson(config): ApiJson<Value>,
) -> Result<Response, Problem> {
    let source = save(&app, &admin, &headers, id, |source| {
        set_config(&app, source, config.clone())
    })
    .await?;
    Ok(with_etag(
        StatusCode::OK,
        source.revision,
        SourceView::new(&source, app.now()),
    ))
}
