use axum::Router;
use axum::extract::Request;
use axum::routing::{MethodFilter, MethodRouter, get, on, post};
use http::StatusCode;
use tower::Layer;
use tower::util::MapRequestLayer;
use tower_http::catch_panic::CatchPanicLayer;

use crate::layers::{find_client, normalize_path, panic_problem, security_headers};
use crate::openapi::api_router;
use crate::problem::Problem;
use crate::{App, endpoints, metrics};

/// Everything the server answers, for [`serve`](crate::serve()) to serve. `page` answers what is no
/// part of the API.
pub fn router(app: App, page: Router) -> Router {
    let (api, _) = api_router().split_for_parts();
    let routes = Router::new()
        .merge(api)
        .merge(pbx_endpoints())
        .route("/healthz", get(async || "ok"))
        .route("/readyz", get(metrics::readyz))
        .route("/metrics", get(metrics::handler))
        .route("/api", axum::routing::any(no_such_page))
        .route("/api/{*rest}", axum::routing::any(no_such_page))
        .method_not_allowed_fallback(no_such_method)
        .with_state(app.clone())
        .merge(page)
        .layer(axum::middleware::from_fn_with_state(app, find_client))
        .layer(axum::middleware::from_fn(security_headers))
        .layer(CatchPanicLayer::custom(panic_problem));
    // Around the routes, since it changes which one is meant.
    let normal = MapRequestLayer::new(|mut request: Request| {
        if let Some(uri) = normalize_path(request.uri()) {
            *request.uri_mut() = uri;
        }
        request
    });
    Router::new().fallback_service(normal.layer(routes))
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
