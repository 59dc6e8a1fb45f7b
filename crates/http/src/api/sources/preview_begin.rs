use axum::Json;
use axum::extract::State;
use http::StatusCode;
use tracing::info;

use super::preview::PreviewView;
use super::view::find;
use crate::App;
use crate::api::ApiPath;
use crate::auth::Admin;
use crate::problem::Problem;

/// Listen for a minute to a PBX whose source is not switched on. Nothing is kept
#[utoipa::path(post, path = "/api/v1/sources/{id}/preview", tag = "sources",
    params(("id" = i64, Path)),
    responses((status = 201, body = PreviewView), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem)))]
pub(super) async fn handler(
    State(app): State<App>,
    Admin(admin): Admin,
    ApiPath(id): ApiPath<i64>,
) -> Result<(StatusCode, Json<PreviewView>), Problem> {
    let snapshot = app.configuration.now();
    let source = &find(&snapshot, id)?.source;
    app.exchange.preview(source.id)?;
    let by = &admin.identity.user.user.login;
    info!(target: "audit", by, source = source.name, "listens for a preview");
    Ok((StatusCode::CREATED, Json(PreviewView::of(&app, id)?)))
}
