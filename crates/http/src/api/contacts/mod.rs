//! People and companies outside.

mod change;
mod create;
mod delete;
mod draft;
mod list;
mod lookup;
mod merge;
mod read;
mod view;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::App;

pub(crate) use view::NumberView;

pub(crate) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list::handler, create::handler))
        .routes(routes!(read::handler, change::handler, delete::handler))
        .routes(routes!(merge::handler))
        .routes(routes!(lookup::handler))
}
