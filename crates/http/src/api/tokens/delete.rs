use axum::extract::State;
use http::StatusCode;
use offhook_core::TokenId;
use offhook_core::access::Role;
use tracing::info;

use crate::App;
use crate::api::ApiPath;
use crate::auth::SignedIn;
use crate::problem::Problem;

/// Revoke a token, at once
#[utoipa::path(delete, path = "/api/v1/tokens/{id}", tag = "tokens", params(("id" = i64, Path)),
    responses((status = 204), (status = 401, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn handler(
    State(app): State<App>,
    user: SignedIn,
    ApiPath(id): ApiPath<i64>,
) -> Result<StatusCode, Problem> {
    let me = &user.identity.user.user;
    let snapshot = app.configuration.now();
    let mine = |id| {
        let token = snapshot.tokens().into_iter().find(|token| token.id == id)?;
        (me.role == Role::Admin || token.user_id == me.id).then_some(())
    };
    mine(TokenId(id)).ok_or_else(|| Problem::not_found("token"))?;
    app.configuration
        .accounts()
        .revoke_token(TokenId(id))
        .await?;
    app.configuration.reload().await?;
    info!(target: "audit", by = me.login, token = id, "revoked a token");
    Ok(StatusCode::NO_CONTENT)
}
