use axum::Json;
use axum::extract::State;

use super::preview::PreviewView;
use crate::App;
use crate::api::ApiPath;
use crate::auth::Admin;
use crate::problem::Problem;

/// What was heard in that minute
#[utoipa::path(get, path = "/api/v1/sources/{id}/preview", tag = "sources",
    params(("id" = i64, Path)),
    responses((status = 200, body = PreviewView), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn handler(
    State(app): State<App>,
    _: Admin,
    ApiPath(id): ApiPath<i64>,
) -> Result<Json<PreviewView>, Problem> {
    Ok(Json(PreviewView::of(&app, id)?))
}
