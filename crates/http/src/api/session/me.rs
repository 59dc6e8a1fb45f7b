use axum::Json;

use super::MeView;
use crate::auth::SignedIn;
use crate::problem::Problem;

/// Who am I
#[utoipa::path(get, path = "/api/v1/me", tag = "session",
    responses((status = 200, body = MeView), (status = 401, body = Problem)))]
pub(crate) async fn handler(user: SignedIn) -> Result<Json<MeView>, Problem> {
    Ok(Json(MeView::from(&user.identity.user.user)))
}
