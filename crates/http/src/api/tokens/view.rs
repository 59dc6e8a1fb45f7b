use offhook_engine::store::Token;
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::rfc3339;

/// A token, without the token itself.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Token)]
pub(super) struct TokenView {
    id: i64,
    user_id: i64,
    /// What it is for.
    name: String,
    created_at: String,
}

impl From<&Token> for TokenView {
    fn from(token: &Token) -> Self {
        Self {
            id: token.id.0,
            user_id: token.user_id.0,
            name: token.label.clone(),
            created_at: rfc3339(token.created_at),
        }
    }
}
