use axum::Router;
use axum::routing::{any, get};
use http::StatusCode;

use crate::openapi::api_router;
use crate::problem::Problem;
use crate::{App, metrics};

/// The API and the page, which answers what is no part of it. What PBXs send to stands
/// [elsewhere](crate::endpoints::Endpoint).
pub(crate) fn router(app: App, page: Router) -> Router {
    api_router()
        .route("/healthz", get(async || "ok"))
        .route("/readyz", get(metrics::readyz))
        .route("/metrics", get(metrics::handler))
        .route("/api", any(no_such_page))
        .route("/api/{*rest}", any(no_such_page))
        .method_not_allowed_fallback(async || Problem::no_such_method())
        .with_state(app)
        .merge(page)
}

async fn no_such_page() -> Problem {
    Problem::new(
        StatusCode::NOT_FOUND,
        "not_found",
        "This page doesn't exist.",
    )
}
