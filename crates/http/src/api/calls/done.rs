use axum::Json;
use axum::extract::State;
use offhook_core::CallId;
use serde::Deserialize;
use utoipa::ToSchema;

use super::CallView;
use crate::App;
use crate::api::{ApiJson, ApiPath};
use crate::auth::SignedIn;
use crate::problem::Problem;

/// Whether a call is dealt with.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CallChange {
    done: bool,
}

/// Deal with a call, or open it again
#[utoipa::path(patch, path = "/api/v1/calls/{id}", tag = "calls", params(("id" = i64, Path)),
    request_body = CallChange,
    responses((status = 200, body = CallView), (status = 401, body = Problem),
        (status = 404, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn handler(
    State(app): State<App>,
    user: SignedIn,
    ApiPath(id): ApiPath<i64>,
    ApiJson(change): ApiJson<CallChange>,
) -> Result<Json<CallView>, Problem> {
    let by = user.identity.user.user.id;
    let visibility = user.visibility(&app);
    let calls = app
        .log
        .mark_done(&[CallId(id)], change.done, by, &visibility)
        .await?;
    let call = calls
        .as_deref()
        .and_then(<[_]>::first)
        .ok_or_else(|| Problem::not_found("call"))?;
    Ok(Json(CallView::new(call, &app.configuration.now())))
}
