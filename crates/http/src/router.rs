use axum::Router;
use axum::routing::{MethodFilter, MethodRouter, get, on, post};
use http::StatusCode;

use crate::openapi::api_router;
use crate::problem::Problem;
use crate::{App, endpoints, metrics};

/// Everything the server answers. `page` answers what is no part of the API.
pub(crate) fn router(app: App, page: Router) -> Router {
    api_router()
        .merge(pbx_endpoints())
        .route("/healthz", get(async || "ok"))
        .route("/readyz", get(metrics::readyz))
        .route("/metrics", get(metrics::handler))
        .route("/api", axum::routing::any(no_such_page))
        .route("/api/{*rest}", axum::routing::any(no_such_page))
        .method_not_allowed_fallback(no_such_method)
        .with_state(app)
        .merge(page)
}

/// Parameters may come in the query string alone, also with GET.
fn pbx_endpoints() -> Router<App> {
    let door = |handler: fn(MethodFilter) -> MethodRouter<App>| {
        handler(MethodFilter::POST.or(MethodFilter::GET))
    };
    Router::new()
        .route(
            "/api/v1/cti/{token}",
            door(|methods| on(methods, endpoints::generic)),
        )
        // Zammad takes this for a token that is called so.
        .route("/api/v1/cti/log", post(endpoints::log_as_token))
        .route(
            "/api/v1/sipgate/{token}/{direction}",
            door(|methods| on(methods, endpoints::sipgate)),
        )
        .route(
            "/api/v1/placetel/{token}",
            door(|methods| on(methods, endpoints::placetel)),
        )
        .route(
            "/api/v1/decide/{token}",
            door(|methods| on(methods, endpoints::decide)),
        )
}

async fn no_such_method() -> Problem {
    Problem::new(
        StatusCode::METHOD_NOT_ALLOWED,
        "method_not_allowed",
        "this address does not take such requests",
    )
}

async fn no_such_page() -> Problem {
    Problem::new(
        StatusCode::NOT_FOUND,
        "not_found",
        "This page doesn't exist.",
    )
}
