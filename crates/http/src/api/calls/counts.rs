use offhook_core::call::State as CallState;
use offhook_engine::store::CallQuery;
use serde::Serialize;
use utoipa::ToSchema;

use super::CallFilter;
use crate::App;
use crate::api::{PageQuery, rfc3339};
use crate::auth::SignedIn;
use crate::problem::Problem;

/// Nobody reads the exact number beyond.
const MOST: usize = 1000;

/// How many calls one may see.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CallCounts {
    /// Ringing now, in either direction.
    ringing: usize,
    /// When the one began that rings longest.
    ringing_since: Option<String>,
    /// Answered and not over.
    answered: usize,
    /// Missed, and nobody dealt with it.
    missed_open: usize,
    /// Counts end here: such a count means that many or more.
    at_most: usize,
}

/// Counts the calls that fit, whatever the filter says of `state`, `missed` and `done`.
pub(super) async fn count(
    app: &App,
    user: &SignedIn,
    filter: &CallFilter,
) -> Result<CallCounts, Problem> {
    let mut counts = CallCounts {
        ringing: 0,
        ringing_since: None,
        answered: 0,
        missed_open: 0,
        at_most: MOST,
    };
    let page = PageQuery::first(MOST);
    let Some(query) = filter.query(app, user, page).await? else {
        return Ok(counts);
    };
    let query = CallQuery {
        state: None,
        missed: None,
        done: None,
        ..query
    };
    let in_state = |state| CallQuery {
        state: Some(state),
        ..query.clone()
    };
    // Few ring, and the first of them is looked for.
    let ringing = app.log.page(in_state(CallState::Ringing)).await?.items;
    counts.ringing = ringing.len();
    let first = ringing.last().map(|named| named.call.folded.started_at);
    counts.ringing_since = first.map(rfc3339);
    counts.answered = app.log.count(in_state(CallState::Answered)).await?;
    let missed_open = CallQuery {
        missed: Some(true),
        done: Some(false),
        ..query
    };
    counts.missed_open = app.log.count(missed_open).await?;
    Ok(counts)
}
