//! Signing in and out, and one's own account.

mod change_me;
mod me;
mod sign_in;
mod sign_out;
mod used;
mod view;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::App;

pub(crate) use view::MeView;

pub(crate) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(sign_in::handler, sign_out::handler))
        .routes(routes!(me::handler, change_me::handler))
        .routes(routes!(used::handler))
}
