use axum::Json;
use axum::extract::State;
use http::StatusCode;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::App;
use crate::api::{ApiPath, DecisionView};
use crate::auth::Admin;
use crate::endpoints::replay;
use crate::problem::Problem;

/// What a recorded request would be answered with now.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Replay {
    /// The HTTP status.
    status: u16,
    /// The body of the answer.
    answered: String,
    /// What the PBX would be told; null where the request is refused.
    decision: Option<DecisionView>,
    /// What was made of it; null where it is refused.
    understood: Option<Value>,
    /// Keys that mean nothing to us.
    ignored: Vec<String>,
    /// What was odd, and where the replay differs from the request.
    warnings: Vec<String>,
}

/// What would a recorded request be answered with now? Nothing is kept
///
/// Parts that were masked stay masked. 409 `no_source` where its token opened no source, or one
/// that is gone.
#[utoipa::path(post, path = "/api/v1/requests/{id}/replay", tag = "sources",
    params(("id" = i64, Path)),
    responses((status = 200, body = Replay), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem)))]
pub(super) async fn handler(
    State(app): State<App>,
    _: Admin,
    ApiPath(id): ApiPath<i64>,
) -> Result<Json<Replay>, Problem> {
    let request = app.requests.0.request(id).await?;
    let request = request.ok_or_else(|| Problem::not_found("request"))?;
    let snapshot = app.configuration.now();
    let source = request.source_id.and_then(|id| snapshot.source(id));
    let source = source.filter(|live| !live.source.deleted).ok_or_else(|| {
        let detail = "the request was for no source that there is: it can not be played";
        Problem::new(StatusCode::CONFLICT, "no_source", detail)
    })?;
    let replayed = replay(&app, source, &request).await;
    let decision = replayed.decision.as_ref();
    Ok(Json(Replay {
        status: replayed.status,
        answered: replayed.answered,
        decision: decision.map(|decision| DecisionView::new(decision, snapshot.country)),
        understood: replayed.understood,
        ignored: replayed.ignored,
        warnings: replayed.warnings,
    }))
}
