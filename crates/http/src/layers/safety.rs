use std::any::Any;

use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use tracing::error;

use crate::problem::Problem;

/// The page loads what came with the server and nothing else; nothing in it runs but its own files.
/// The one style that may stand in an attribute hides what SvelteKit tells screen readers.
const CONTENT_SECURITY_POLICY: &str = "default-src 'self'; script-src 'self'; style-src 'self'; \
    style-src-attr 'unsafe-hashes' 'sha256-S8qMpvofolR8Mpjy4kQvEm7m1q8clzU4dfDH0AmvZjo='; \
    connect-src 'self'; img-src 'self' data:; font-src 'self'; worker-src 'self'; \
    object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'";

/// Headers that keep browsers from doing what nobody asked for.
pub(crate) fn secure(headers: &mut HeaderMap) {
    let set = [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::REFERRER_POLICY, "same-origin"),
    ];
    for (name, value) in set {
        headers
            .entry(name)
            .or_insert(HeaderValue::from_static(value));
    }
    let is_json = (headers.get(header::CONTENT_TYPE))
        .is_some_and(|kind| kind.as_bytes().starts_with(b"application/json"));
    // Nothing of it runs; an answer to a PBX would be five times as long.
    if !is_json {
        headers
            .entry(header::CONTENT_SECURITY_POLICY)
            .or_insert(HeaderValue::from_static(CONTENT_SECURITY_POLICY));
    }
}

/// The answer where a handler has a bug; one request fails, the server goes on.
pub(crate) fn panic_problem(panic: &(dyn Any + Send)) -> Response {
    let why = (panic.downcast_ref::<&str>().copied())
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    error!(why, "a handler panicked");
    let detail = "something is wrong with the server: its log says what";
    Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", detail).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_a_browser_may_run_has_a_policy() {
        for (kind, has_policy) in [
            (Some("text/html; charset=utf-8"), true),
            (Some("image/svg+xml"), true),
            (Some("application/xml"), true),
            (None, true),
            (Some("application/json; charset=utf-8"), false),
        ] {
            let mut headers = HeaderMap::new();
            if let Some(kind) = kind {
                headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
            }
            secure(&mut headers);
            let policy = headers.contains_key(header::CONTENT_SECURITY_POLICY);
            assert_eq!(policy, has_policy, "{kind:?}");
            assert_eq!(headers[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
        }
    }
}
