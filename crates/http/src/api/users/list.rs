use axum::Json;
use axum::extract::State;

use super::view::UserView;
use crate::App;
use crate::api::Listed;
use crate::auth::Admin;
use crate::problem::Problem;

/// Every user
#[utoipa::path(get, path = "/api/v1/users", tag = "users",
    responses((status = 200, body = Listed<UserView>), (status = 401, body = Problem),
        (status = 403, body = Problem)))]
pub(super) async fn handler(
    State(app): State<App>,
    _: Admin,
) -> Result<Json<Listed<UserView>>, Problem> {
    let snapshot = app.configuration.now();
    let users = snapshot
        .users()
        .iter()
        .map(|live| UserView::from(&live.user))
        .collect();
    Ok(Json(Listed::whole(users)))
}
