use axum::Json;
use axum::extract::State;
use http::StatusCode;
use offhook_core::CallId;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use tracing::info;
use utoipa::ToSchema;

use super::{CallFilter, CallView};
use crate::App;
use crate::api::{ApiJson, Listed, PageQuery};
use crate::auth::SignedIn;
use crate::problem::Problem;

/// So many calls at once: more ids are refused, and a filter leaves the rest.
const MOST: usize = 10_000;

/// Calls that are dealt with, or are not after all: by `ids`, or by `filter`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DoneCalls {
    /// Their ids; at most 10,000.
    ids: Option<Vec<i64>>,
    /// The filters of the log; `{}` for all. An unknown one is refused.
    #[schema(value_type = Option<CallFilter>)]
    filter: Option<Map<String, Value>>,
    /// False opens them again; only with `ids`.
    #[serde(default = "yes")]
    #[schema(default = true)]
    done: bool,
}

fn yes() -> bool {
    true
}

/// What a bulk has changed.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub(crate) enum Done {
    /// With `ids`: the calls as they are now.
    Calls(Listed<CallView>),
    /// With `filter`.
    Ids(DoneIds),
}

/// The missed calls that were open and are done now.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DoneIds {
    /// Their ids, newest call first: what the same operation with `done: false` undoes.
    ids: Vec<i64>,
    /// There are more that fit; ask again.
    more: bool,
}

/// Deal with many calls or open them again
///
/// With `ids` all or none of them. With `filter` the open missed calls that fit, the newest 10,000.
#[utoipa::path(post, path = "/api/v1/calls/done", tag = "calls", request_body = DoneCalls,
    responses((status = 201, body = Done), (status = 401, body = Problem),
        (status = 404, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn handler(
    State(app): State<App>,
    user: SignedIn,
    ApiJson(body): ApiJson<DoneCalls>,
) -> Result<(StatusCode, Json<Done>), Problem> {
    let done = match (body.ids, body.filter) {
        (Some(ids), None) => Done::Calls(by_ids(&app, &user, ids, body.done).await?),
        (None, Some(filter)) if body.done => Done::Ids(by_filter(&app, &user, &filter).await?),
        (None, Some(_)) => {
            let why = "what a filter finds is only marked as done: undo it with the ids";
            return Err(Problem::invalid("done", why));
        }
        _ => return Err(Problem::invalid("ids", "either ids or filter is needed")),
    };
    Ok((StatusCode::CREATED, Json(done)))
}

async fn by_ids(
    app: &App,
    user: &SignedIn,
    ids: Vec<i64>,
    done: bool,
) -> Result<Listed<CallView>, Problem> {
    if ids.len() > MOST {
        return Err(Problem::invalid("ids", format!("at most {MOST} at once")));
    }
    let ids: Vec<CallId> = ids.into_iter().map(CallId).collect();
    let by = user.identity.user.user.id;
    let calls = app
        .log
        .mark_done(&ids, done, by, &user.visibility(app))
        .await?;
    let calls = calls.ok_or_else(|| Problem::not_found("call"))?;
    let snapshot = app.configuration.now();
    let view = |call| CallView::new(call, &snapshot);
    Ok(Listed::whole(calls.iter().map(view).collect()))
}

async fn by_filter(
    app: &App,
    user: &SignedIn,
    filter: &Map<String, Value>,
) -> Result<DoneIds, Problem> {
    let filter = CallFilter::from_json(filter)?;
    let by = &user.identity.user.user;
    let query = filter.query(app, user, PageQuery::first(MOST)).await?;
    let (ids, more) = match query {
        None => (Vec::new(), false),
        Some(query) => app.log.mark_missed_done(query, by.id).await?,
    };
    info!(target: "audit", by = by.login, calls = ids.len(), "marked missed calls as done");
    let ids = ids.into_iter().map(|id| id.0).collect();
    Ok(DoneIds { ids, more })
}
