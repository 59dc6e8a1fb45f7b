use axum::Json;
use axum::extract::State;
use offhook_core::access::Role;

use super::view::TokenView;
use crate::App;
use crate::api::{ApiQuery, Listed, PageParams};
use crate::auth::SignedIn;
use crate::problem::Problem;

/// My tokens, in order of id; an administrator's list has everybody's
#[utoipa::path(get, path = "/api/v1/tokens", tag = "tokens", params(PageParams),
    responses((status = 200, body = Listed<TokenView>), (status = 401, body = Problem),
        (status = 422, body = Problem)))]
pub(super) async fn handler(
    State(app): State<App>,
    user: SignedIn,
    ApiQuery(page): ApiQuery<PageParams>,
) -> Result<Json<Listed<TokenView>>, Problem> {
    let me = &user.identity.user.user;
    let snapshot = app.configuration.now();
    let mut tokens = snapshot.tokens();
    tokens.retain(|token| me.role == Role::Admin || token.user_id == me.id);
    let (tokens, next) = page.read()?.of(tokens, |token| token.id.0);
    let tokens = tokens.into_iter().map(TokenView::from);
    Ok(Json(Listed::new(tokens.collect(), next)))
}
