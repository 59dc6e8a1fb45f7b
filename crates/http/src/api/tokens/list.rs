use axum::Json;
use axum::extract::State;
use offhook_core::access::Role;

use super::view::TokenView;
use crate::App;
use crate::api::Listed;
use crate::auth::SignedIn;
use crate::problem::Problem;

/// My tokens; an administrator's list has everybody's
#[utoipa::path(get, path = "/api/v1/tokens", tag = "tokens",
    responses((status = 200, body = Listed<TokenView>), (status = 401, body = Problem)))]
pub(super) async fn handler(
    State(app): State<App>,
    user: SignedIn,
) -> Result<Json<Listed<TokenView>>, Problem> {
    let me = &user.identity.user.user;
    let snapshot = app.configuration.now();
    let tokens = snapshot
        .tokens()
        .into_iter()
        .filter(|token| me.role == Role::Admin || token.user_id == me.id)
        .map(TokenView::from)
        .collect();
    Ok(Json(Listed::whole(tokens)))
}
