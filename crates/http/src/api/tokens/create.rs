use axum::Json;
use axum::extract::State;
use http::StatusCode;
use offhook_core::UserId;
use offhook_core::access::Role;
use offhook_engine::access::{hash_token, new_token};
use serde::{Deserialize, Serialize};
use tracing::info;
use utoipa::ToSchema;

use super::view::TokenView;
use crate::App;
use crate::api::ApiJson;
use crate::auth::SignedIn;
use crate::problem::Problem;

/// Longer names are refused.
const MOST_CHARACTERS: usize = 250;

/// A token to be made.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct TokenDraft {
    /// What it is for.
    name: String,
    /// Whose it is; an administrator may make one for somebody else.
    user_id: Option<i64>,
}

/// A new token, shown this once.
#[derive(Serialize, ToSchema)]
pub(super) struct NewToken {
    #[serde(flatten)]
    view: TokenView,
    token: String,
}

/// Make a token; the answer alone has it
#[utoipa::path(post, path = "/api/v1/tokens", tag = "tokens", request_body = TokenDraft,
    responses((status = 201, body = NewToken), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn handler(
    State(app): State<App>,
    user: SignedIn,
    ApiJson(draft): ApiJson<TokenDraft>,
) -> Result<(StatusCode, Json<NewToken>), Problem> {
    let me = &user.identity.user.user;
    let owner = draft.user_id.map_or(me.id, UserId);
    if owner != me.id && me.role != Role::Admin {
        return Err(Problem::forbidden());
    }
    if app.configuration.now().user(owner).is_none() {
        return Err(Problem::invalid("user_id", "there is no such user"));
    }
    let name = draft.name.trim();
    if name.chars().count() > MOST_CHARACTERS {
        return Err(Problem::invalid(
            "name",
            format!("at most {MOST_CHARACTERS} characters"),
        ));
    }
    let secret = new_token();
    let accounts = app.configuration.accounts();
    let token = accounts
        .add_token(owner, name, hash_token(&secret.0), app.now())
        .await?;
    app.configuration.reload().await?;
    info!(target: "audit", by = me.login, token = token.id.0, user = owner.0, "made a token");
    Ok((
        StatusCode::CREATED,
        Json(NewToken {
            view: TokenView::from(&token),
            token: secret.0,
        }),
    ))
}
