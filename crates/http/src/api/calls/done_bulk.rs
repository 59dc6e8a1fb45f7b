use axum::Json;
use axum::extract::State;
use http::StatusCode;
use offhook_core::CallId;
use serde::Deserialize;
use utoipa::ToSchema;

use super::CallView;
use crate::App;
use crate::api::{ApiJson, Listed};
use crate::auth::SignedIn;
use crate::problem::Problem;

/// More calls at once are refused.
pub(super) const MOST: usize = 5000;

/// Calls that are dealt with, or are not after all.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DoneCalls {
    /// Their ids.
    ids: Vec<i64>,
    /// False opens them again.
    #[serde(default = "yes")]
    #[schema(default = true)]
    done: bool,
}

fn yes() -> bool {
    true
}

/// Deal with many calls or open them again, all or none
#[utoipa::path(post, path = "/api/v1/calls/done", tag = "calls", request_body = DoneCalls,
    responses((status = 201, body = Listed<CallView>), (status = 401, body = Problem),
        (status = 404, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn handler(
    State(app): State<App>,
    user: SignedIn,
    ApiJson(done): ApiJson<DoneCalls>,
) -> Result<(StatusCode, Json<Listed<CallView>>), Problem> {
    if done.ids.len() > MOST {
        return Err(Problem::invalid("ids", format!("at most {MOST} at once")));
    }
    let ids: Vec<CallId> = done.ids.into_iter().map(CallId).collect();
    let by = user.identity.user.user.id;
    let calls = app
        .log
        .mark_done(&ids, done.done, by, &user.visibility(&app))
        .await?;
    let calls = calls.ok_or_else(|| Problem::not_found("call"))?;
    let snapshot = app.configuration.now();
    let items = calls
        .iter()
        .map(|call| CallView::new(call, &snapshot))
        .collect();
    Ok((StatusCode::CREATED, Json(Listed::whole(items))))
}
