use axum::Json;
use axum::extract::State;

use super::view::UserView;
use crate::App;
use crate::api::{ApiQuery, Listed, PageParams};
use crate::auth::Admin;
use crate::problem::Problem;

/// The users, in order of id
#[utoipa::path(get, path = "/api/v1/users", tag = "users", params(PageParams),
    responses((status = 200, body = Listed<UserView>), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn handler(
    State(app): State<App>,
    _: Admin,
    ApiQuery(page): ApiQuery<PageParams>,
) -> Result<Json<Listed<UserView>>, Problem> {
    let snapshot = app.configuration.now();
    let (users, next) = page.read()?.of(snapshot.users(), |live| live.user.id.0);
    let users = users.iter().map(|live| UserView::from(&live.user));
    Ok(Json(Listed::new(users.collect(), next)))
}
