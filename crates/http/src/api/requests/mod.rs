//! Recent requests of the PBX endpoints; for administrators.

mod list;
mod read;
mod replay;
mod view;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::App;

pub(crate) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list::handler))
        .routes(routes!(read::handler))
        .routes(routes!(replay::handler))
}
