use axum::body::Body;
use axum::extract::State;
use axum::response::Response;
use http::{HeaderMap, HeaderValue, header};

use super::event::LiveEvents;
use super::listener::Listener;
use crate::App;
use crate::auth::SignedIn;
use crate::problem::Problem;

/// Calls as they change, as server-sent events
///
/// Events are `call` (a call after a change), `ring` (a call that rings for you), `pop` (you
/// answered: open the caller), `dial` (what becomes of a number that you let the phone system
/// dial) and `resync` (reload the list). Come back with `Last-Event-ID`, and nothing of the calls is
/// missed.
#[utoipa::path(get, path = "/api/v1/events", tag = "calls",
    params(("Last-Event-ID" = Option<String>, Header, description = "the last id heard")),
    responses((status = 200, body = LiveEvents, content_type = "text/event-stream"),
        (status = 401, body = Problem)))]
pub(super) async fn handler(
    State(app): State<App>,
    user: SignedIn,
    headers: HeaderMap,
) -> Response {
    let last_id = headers
        .get("last-event-id")
        .and_then(|value| value.to_str().ok());
    let listener = Listener::new(app, user, last_id);
    let stream = futures_util::stream::unfold(listener, |mut listener| async {
        let chunk = listener.next().await?;
        Some((Ok::<_, std::convert::Infallible>(chunk), listener))
    });
    let mut response = Response::new(Body::from_stream(stream));
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("text/event-stream"),
    );
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    // Proxies of the nginx kind would hold events back.
    headers.insert("x-accel-buffering", HeaderValue::from_static("no"));
    response
}
