use axum::Json;
use axum::extract::State;

use super::view::RequestView;
use crate::App;
use crate::api::ApiPath;
use crate::auth::Admin;
use crate::problem::Problem;

/// One recorded request
#[utoipa::path(get, path = "/api/v1/requests/{id}", tag = "sources", params(("id" = i64, Path)),
    responses((status = 200, body = RequestView), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn handler(
    State(app): State<App>,
    _: Admin,
    ApiPath(id): ApiPath<i64>,
) -> Result<Json<RequestView>, Problem> {
    let request = app.requests.0.request(id).await?;
    let request = request.ok_or_else(|| Problem::not_found("request"))?;
    Ok(Json(RequestView::new(request, &app.configuration.now())))
}
