use axum::Json;
use axum::extract::State;
use offhook_core::access::Visibility;
use offhook_core::call::{Direction, State as CallState};
use offhook_engine::store::CallQuery;

use super::CallView;
use crate::App;
use crate::api::Listed;
use crate::auth::SignedIn;
use crate::problem::Problem;

/// Ringing calls that are looked at, the newest.
const MOST: usize = 500;

/// Calls that ring for me now, newest first
///
/// Those that the live stream would say `ring` of: the others ring elsewhere, also where you see
/// them in the log. All of them, without pages.
#[utoipa::path(get, path = "/api/v1/calls/ringing", tag = "calls",
    responses((status = 200, body = Listed<CallView>), (status = 401, body = Problem)))]
pub(super) async fn handler(
    State(app): State<App>,
    user: SignedIn,
) -> Result<Json<Listed<CallView>>, Problem> {
    // Whose device rings hears it, whatever is granted.
    let mut query = CallQuery::newest(Visibility::All, MOST);
    (query.state, query.direction) = (Some(CallState::Ringing), Some(Direction::In));
    let calls = app.log.page(query).await?.items;
    let snapshot = app.configuration.now();
    let viewer = &user.identity.user.viewer;
    let rings = calls.into_iter().filter(|named| {
        let users = app.hub.rung(named.call.id).unwrap_or_default();
        snapshot.is_rung(viewer, &users, &named.call)
    });
    let items = rings.map(|named| CallView::new(&named, &snapshot));
    Ok(Json(Listed::whole(items.collect())))
}
