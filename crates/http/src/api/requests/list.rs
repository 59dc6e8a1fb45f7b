use axum::Json;
use axum::extract::State;
use offhook_engine::store::RequestQuery;
use serde::Deserialize;
use utoipa::IntoParams;

use super::view::RequestView;
use crate::App;
use crate::api::{ApiQuery, Listed, PageQuery, parse_time};
use crate::auth::Admin;
use crate::problem::Problem;

/// Which requests; every filter that is set must hold.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Filters {
    /// The name of a source.
    source: Option<String>,
    /// The HTTP status answered.
    status: Option<String>,
    /// `true` for those refused (a status of 400 or more), `false` for those taken.
    refused: Option<String>,
    /// The PBX's id of a call.
    call_id: Option<String>,
    /// Came in at this time (RFC 3339) or later.
    since: Option<String>,
    /// Text in what was sent, understood or answered, or in the address.
    q: Option<String>,
    /// 1 to 500.
    limit: Option<String>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

/// Recent requests of the PBX endpoints, newest first
#[utoipa::path(get, path = "/api/v1/requests", tag = "sources", params(Filters),
    responses((status = 200, body = Listed<RequestView>), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn handler(
    State(app): State<App>,
    _: Admin,
    ApiQuery(filters): ApiQuery<Filters>,
) -> Result<Json<Listed<RequestView>>, Problem> {
    let snapshot = app.configuration.now();
    let page = PageQuery::read(filters.limit.as_deref(), filters.cursor.as_deref())?;
    let mut query = RequestQuery {
        call_id: filters.call_id,
        search: filters.q.filter(|text| !text.trim().is_empty()),
        after: page.after,
        limit: page.limit,
        ..RequestQuery::default()
    };
    if let Some(name) = &filters.source {
        let Some(live) = snapshot.source_by_name(name) else {
            return Ok(Json(Listed::whole(Vec::new())));
        };
        query.source_id = Some(live.source.id);
    }
    if let Some(status) = &filters.status {
        let status = status
            .parse()
            .ok()
            .filter(|status| (100..600).contains(status));
        query.status = Some(status.ok_or_else(|| Problem::invalid("status", "must be a status"))?);
    }
    if let Some(refused) = &filters.refused {
        let refused = refused.parse().ok();
        query.refused =
            Some(refused.ok_or_else(|| Problem::invalid("refused", "must be true or false"))?);
    }
    if let Some(since) = &filters.since {
        let since = parse_time(since);
        let why = "must be a time like 2026-01-31T08:00:00Z";
        query.since = Some(since.ok_or_else(|| Problem::invalid("since", why))?);
    }
    let requests = app.requests.0.requests(&query).await?;
    let items = requests
        .items
        .into_iter()
        .map(|request| RequestView::new(request, &snapshot))
        .collect();
    Ok(Json(Listed::new(items, requests.next)))
}
