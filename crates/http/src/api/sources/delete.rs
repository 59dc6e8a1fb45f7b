use axum::extract::State;
use http::{HeaderMap, StatusCode};
use offhook_core::SourceId;
use tracing::info;

use super::view::find;
use crate::App;
use crate::api::{ApiPath, if_match, same_revision};
use crate::auth::Admin;
use crate::problem::Problem;

/// Delete a source; its calls stay
#[utoipa::path(delete, path = "/api/v1/sources/{id}", tag = "sources", params(("id" = i64, Path)),
    responses((status = 204), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 412, body = Problem)))]
pub(super) async fn handler(
    State(app): State<App>,
    Admin(admin): Admin,
    ApiPath(id): ApiPath<i64>,
    headers: HeaderMap,
) -> Result<StatusCode, Problem> {
    let expected = if_match(&headers)?;
    let snapshot = app.configuration.now();
    let source = &find(&snapshot, id)?.source;
    same_revision(expected, source.revision)?;
    if !app
        .configuration
        .sources()
        .delete_source(SourceId(id))
        .await?
    {
        return Err(Problem::not_found("source"));
    }
    app.configuration.reload().await?;
    let by = &admin.identity.user.user.login;
    info!(target: "audit", by, source = source.name, "deleted a source");
    Ok(StatusCode::NO_CONTENT)
}
